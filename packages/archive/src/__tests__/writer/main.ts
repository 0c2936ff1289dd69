import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import * as FileArchiveStore from "../../store/file-archive-store.ts"
import { snapshotOf } from "../archived-sessions.ts"
import { save } from "../store.ts"
import { long } from "../talks.ts"

/** Saves the same session over and over, until it is killed. Says so after each save. */
const [directory = ""] = process.argv.slice(2)

Effect.forever(
  Effect.tap(save(snapshotOf(long)), () => Effect.sync(() => process.stdout.write("saved\n")))
).pipe(
  Effect.provide(Layer.provide(FileArchiveStore.layer({ directory }), NodeContext.layer)),
  NodeRuntime.runMain
)
