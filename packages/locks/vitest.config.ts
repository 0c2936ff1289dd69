import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["src/__tests__/**/*.test.ts"],
    // Some tests start processes of their own.
    testTimeout: 60_000
  }
})
