import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const everyTest = "src/__tests__/**/*.test.ts"

/** Tests that run once. Nothing in them starts a server that would answer in one of two ways: here none starts. */
const withoutServer = [
  // A part of the server by itself.
  "src/__tests__/agents.test.ts",
  "src/__tests__/body-deadlines.test.ts",
  "src/__tests__/client-errors.test.ts",
  "src/__tests__/client-network.test.ts",
  "src/__tests__/config-authentication.test.ts",
  "src/__tests__/config.test.ts",
  "src/__tests__/idempotency-sweep.test.ts",
  "src/__tests__/language-models.test.ts",
  "src/__tests__/open-api.test.ts",
  "src/__tests__/save-signal.test.ts",
  "src/__tests__/scoring-signal.test.ts",
  "src/__tests__/scoring.test.ts",
  "src/__tests__/workspaces/restore-at-start.test.ts",
  // Commands, and what they make of a server of the test's own.
  "src/__tests__/command-line/*.test.ts",
  // How evidence is judged.
  "src/__tests__/processes/violations.test.ts",
  // Both ways beside each other.
  "src/__tests__/both-paths/*.test.ts"
]

/**
 * Tests of operations that the platform answers either way: with hot routes and without they are the same tests, so that they
 * run once, with them. Of the files, workspaces and replies that processes leave behind, mostly, and they take long.
 */
const ofThePlatform = [
  "src/__tests__/archive/hostile-files.test.ts",
  "src/__tests__/archive/imports.test.ts",
  "src/__tests__/processes/auto-save.test.ts",
  "src/__tests__/processes/command-line.test.ts",
  "src/__tests__/processes/files.test.ts",
  "src/__tests__/processes/imports.test.ts",
  "src/__tests__/processes/replies-embedded.test.ts",
  "src/__tests__/processes/replies.test.ts",
  "src/__tests__/processes/workspaces-kills.test.ts",
  "src/__tests__/processes/workspaces.test.ts",
  "src/__tests__/workspaces/*.test.ts"
]

const project = (name: string, hotRoutes: string, files: object) => ({
  test: {
    name,
    env: { HOT_ROUTES: hotRoutes },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    ...files
  }
})

// Whatever starts a server runs with hot routes and without. Of projects that do not extend it, the set-up runs once for all.
export default defineConfig({
  test: {
    globalSetup: [fileURLToPath(import.meta.resolve("@workspace/database/test-utils/global-setup"))],
    // Many tests start processes of their own.
    maxWorkers: 2,
    projects: [
      project("hot", "on", { include: [everyTest], exclude: withoutServer }),
      project("platform", "off", { include: [everyTest], exclude: [...withoutServer, ...ofThePlatform] }),
      // No setting of a server: one that starts all the same ends at once.
      project("once", "neither", { include: withoutServer })
    ]
  }
})
