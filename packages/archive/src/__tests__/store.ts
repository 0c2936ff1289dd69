import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { ArchiveStore, Caller, type SavedSessionQuery, type SessionSnapshot, UserId } from "@workspace/domain"
import { Effect } from "effect"
import * as FileArchiveStore from "../store/file-archive-store.ts"

export const trusted = Caller.Trusted()
export const anonymous = Caller.Anonymous()
export const alice = UserId.make("alice")
export const asAlice = Caller.User({ userId: alice })
export const asBob = Caller.User({ userId: UserId.make("bob") })

export const firstPage: SavedSessionQuery = { limit: 50 }

/** A directory that does not exist yet, in one that goes with the test. */
export const freshDirectory = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const parent = yield* files.makeTempDirectoryScoped({ prefix: "archive-" })
  return `${parent}/sessions`
})

/** Saves what was read before. */
export const save = (snapshot: SessionSnapshot) =>
  Effect.flatMap(ArchiveStore, (store) => store.save(snapshot.session.id, Effect.succeed(snapshot)))

export const onDirectory = (directory: string) => Effect.provide(FileArchiveStore.layer({ directory }))

/** Runs with a store of its own, in a directory of its own. */
export const withStore = <A, E>(
  body: (
    directory: string
  ) => Effect.Effect<A, E, ArchiveStore | NodeContext.NodeContext | import("effect").Scope.Scope>
) =>
  Effect.gen(function* () {
    const directory = yield* freshDirectory
    return yield* body(directory).pipe(onDirectory(directory))
  }).pipe(Effect.scoped, Effect.provide(NodeContext.layer))
