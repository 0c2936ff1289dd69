import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["src/__tests__/**/*.test.ts"],
    coverage: {
      enabled: true,
      provider: "v8",
      include: ["src/services/**"],
      thresholds: { 100: true },
      reporter: ["text"]
    }
  }
})
