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
  // One file at a time: tests that kill processes and wait for them must not starve each other.
  maxWorkers: 1,
  // Modules of a test file are not freed with it (--experimental-vm-modules): the process is replaced before they fill it.
  workerIdleMemoryLimit: '1GB',
  testTimeout: 30_000,
};
