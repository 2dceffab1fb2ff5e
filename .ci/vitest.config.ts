import { defineConfig } from "vitest/config";

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/programs.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most tests wait for processes and deadlines, so more of them than cores keep the cores busy.
    maxWorkers: 3,
    // Real Redis, Prometheus and killed processes share a CI machine's cores: one of four thousand tests may be late by chance. What fails twice is a
    // defect; what needed its second try is marked in the output, and fails on a developer's machine.
    retry: process.env.CI ? 1 : 0,
  },
});
