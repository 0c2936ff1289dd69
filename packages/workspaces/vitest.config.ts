import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["src/__tests__/**/*.test.ts"],
    // Far more than any test takes, so that a busy machine fails none.
    testTimeout: 300_000,
    coverage: {
      enabled: true,
      provider: "v8",
      // The use cases are the domain's; here they are at work.
      allowExternal: true,
      // As seen from here, by which files are found that no test loads; and as a part of the whole path.
      include: ["../domain/src/services/workspace-*.ts", "/domain/src/services/workspace-*.ts"],
      thresholds: { 100: true },
      reporter: ["text"]
    }
  }
})
