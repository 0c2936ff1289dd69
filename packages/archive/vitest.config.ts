import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["src/__tests__/**/*.test.ts"],
    // Far more than any test takes, so that a busy machine fails none.
    testTimeout: 300_000
  }
})
