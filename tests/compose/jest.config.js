import base from '../../jest.config.js';

/** `npm run test:compose`: one file, whose steps follow one another; it needs an engine for containers, and minutes. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/tests/compose'],
  testMatch: ['**/*.steps.ts'],
  globalSetup: undefined,
  globalTeardown: undefined,
  testTimeout: 900_000,
};
