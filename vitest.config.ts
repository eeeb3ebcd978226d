import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Siblings resolve to their TypeScript source: nothing has to be built before the tests.
const conditions = ["@waymark/source"];

export default defineConfig({
  resolve: { conditions: [...conditions, "node", "import", "default"] },
  ssr: {
    resolve: {
      // Vitest gives these to Node, which has "import" by itself: here it would be one for `require` too, and packages
      // that have two halves would give the wrong one.
      conditions: [...conditions, "node"],
      externalConditions: [...conditions, "node"],
    },
  },
  test: {
    include: ["packages/*/src/**/*.test.ts", "examples/**/*.test.ts", "tests/**/*.test.ts"],
    globalSetup: "scripts/build.mjs",
    // Vitest leaves one processor free, which is half of them where there are two. Many files wait for others more than they work.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // For what hangs: a busy machine takes its time over a browser, a compiler or thousands of cases.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    typecheck: {
      enabled: true,
      include: ["packages/*/src/**/*.test-d.ts"],
      tsconfig: "tsconfig.vitest.json",
    },
    coverage: { provider: "v8", include: ["packages/*/src/**"], reporter: ["text-summary"] },
  },
});
