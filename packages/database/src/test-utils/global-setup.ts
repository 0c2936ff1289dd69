import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Context, Effect, Layer, ManagedRuntime } from "effect"
import type { TestProject } from "vitest/node"
import { postgresServer } from "./postgres-server.ts"

class Run extends Context.Tag("@workspace/database/test-utils/Run")<
  Run,
  { readonly postgresUrl: string; readonly templateDirectory: string }
>() {}

const temporaryDirectory = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "big-ocean-templates-"))),
  (directory) => Effect.promise(() => rm(directory, { recursive: true, force: true }))
)

const runtime = ManagedRuntime.make(
  Layer.scoped(Run, Effect.all({ postgresUrl: postgresServer(), templateDirectory: temporaryDirectory }))
)

/** For vitest's `globalSetup`: starts the one PostgreSQL of a run. */
export const setup = async (project: TestProject): Promise<void> => {
  const { postgresUrl, templateDirectory } = await runtime.runPromise(Run)
  project.provide("postgresUrl", postgresUrl)
  project.provide("templateDirectory", templateDirectory)
}

export const teardown = (): Promise<void> => runtime.dispose()
