import type { Reporter, TestModule } from 'vitest/node';

/** Closes the run with one line that other programs read: `N passed, N failed, N skipped`. */
class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state === 'pending' ? 'skipped' : state] += 1;
      }
      // A file that could not even be loaded, or a hook that failed, is a failure without a test.
      count.failed += module.errors().length;
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    process.on('exit', () => console.log(`${count.passed} passed, ${count.failed} failed${skipped}`));
  }
}

// Vitest loads a reporter by its file, and takes the default export.
export { ClosingLineReporter as default };
