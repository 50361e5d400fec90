/** Tests run straight from the TypeScript sources (package export condition "restante-source"). */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['restante-source', 'node', 'node-addons'] },
  roots: [
    '<rootDir>/libs',
    '<rootDir>/apps/server',
    '<rootDir>/apps/dashboard',
    '<rootDir>/apps/bench',
    '<rootDir>/apps/cli',
    '<rootDir>/apps/demo',
    '<rootDir>/tests',
  ],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/', '/.next/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  globalSetup: '<rootDir>/tests/harness/global-setup.ts',
  globalTeardown: '<rootDir>/tests/harness/global-teardown.ts',
  // Two files at a time: most of them wait for processes and timers, and more would starve those that kill and wait.
  maxWorkers: 2,
  // Modules of a test file are not freed with it (--experimental-vm-modules): the processes are replaced before they fill it.
  workerIdleMemoryLimit: '1GB',
  testTimeout: 30_000,
};
