import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["src/__tests__/**/*.test.ts"],
    // Far more than any test takes, so that a busy machine fails none.
    testTimeout: 30_000,
    coverage: {
      enabled: true,
      provider: "v8",
      include: ["src/services/**"],
      // They are shown at work on real git, in packages/workspaces, which demands as much of them.
      exclude: ["src/services/workspace-*"],
      thresholds: { 100: true },
      reporter: ["text"]
    }
  }
})
