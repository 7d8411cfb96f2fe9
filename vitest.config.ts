import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // Vite picks graphql's index.mjs and Node picks index.js: two copies, "from another module or realm".
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    // One for each core: the default leaves one idle, which on two cores is half of the machine.
    maxWorkers: '100%',
    // Files share what they import: loading it anew for each took half of the run. They share no stores.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/seed/train/**'] },
  },
});
