import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "tests/**/*.test.ts"],
    // They need a browser: npm run test:browser.
    exclude: ["**/node_modules/**", "tests/browser/**"],
    testTimeout: 120_000,
  },
});
