import { FileSystem, Path } from "@effect/platform"
import type { PlatformError } from "@effect/platform/Error"
import {
  type Workspace,
  WorkspaceSnapshot,
  WorkspaceSnapshots,
  type WorkspacesUnavailableError
} from "@workspace/domain"
import { Effect, Either, Layer, Option } from "effect"
import { lockPatiently } from "../exclusion.ts"
import { ifThere, isBelow } from "../files.ts"
import { off, orRefuse, refuse } from "../refusals.ts"
import { connectionOf } from "../registrations.ts"
import { keepAside, type Place, readText, removeLeftovers, writeText } from "./snapshot-file.ts"
import { soundIn, textOf } from "./snapshot-text.ts"

const make = Effect.fnUntraced(function* (configured: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path

  const opened: Effect.Effect<Place, WorkspacesUnavailableError> = Effect.map(
    Effect.catchAll(files.realPath(configured), (error) =>
      refuse("not-a-repository", "There is no folder WORKSPACE_ROOT", error)
    ),
    (root) => ({ files, path, root })
  )

  /** Where git keeps what is the root's: a folder, or what the file in its place says. */
  const gitDirectoryOf = Effect.fnUntraced(function* ({ root }: Place) {
    const own = path.join(root, ".git")
    const directory = Option.getOrElse(yield* connectionOf({ files, path }, root), () => own)
    return (yield* files.exists(path.join(directory, "HEAD")))
      ? directory
      : yield* refuse("not-a-repository", "WORKSPACE_ROOT is not the top folder of a git repository", {
          root
        })
  })

  const one = yield* Effect.makeSemaphore(1)

  /** Also of several processes one after the other: what is written last is what was read last. */
  const inTurn = <A, E>(step: (place: Place) => Effect.Effect<A, E>) =>
    Effect.gen(function* () {
      const place = yield* opened
      const folder = path.join(yield* gitDirectoryOf(place), "big-ocean", "snapshot")
      yield* lockPatiently(folder, "5 seconds")
      return yield* step(place)
    }).pipe(Effect.scoped)

  /** Of a path that does not exist, the folder that does. */
  const leadsOut = (root: string) => {
    const out = (place: string): Effect.Effect<boolean, PlatformError> =>
      Effect.flatMap(ifThere(files.realPath(place)), (real) =>
        Option.isSome(real)
          ? Effect.succeed(real.value !== place)
          : isBelow(path, root, place)
            ? out(path.dirname(place))
            : Effect.succeed(false)
      )
    return out
  }

  const unreadable = Effect.fnUntraced(function* (place: Place, problem: string) {
    yield* Effect.logWarning("The snapshot of the workspaces cannot be read, and is kept aside", { problem })
    yield* keepAside(place, "renamed")
    return WorkspaceSnapshot.Unreadable({ problem })
  })

  const readAt = Effect.fnUntraced(function* (place: Place) {
    const text = yield* readText(place)
    if (Option.isNone(text)) return WorkspaceSnapshot.Missing()
    if (Either.isLeft(text.value)) return yield* unreadable(place, text.value.left)
    const sound = yield* soundIn(text.value.right, place, leadsOut(place.root))
    if (Either.isLeft(sound)) return yield* unreadable(place, sound.left)
    const { dropped, sessions } = sound.right
    if (dropped > 0) {
      yield* Effect.logWarning("The snapshot has workspaces that are left out; it is kept aside", { dropped })
      yield* keepAside(place, "copied")
    }
    return WorkspaceSnapshot.Read({ sessions })
  })

  const read = one.withPermits(1)(inTurn(readAt)).pipe(orRefuse, Effect.withSpan("WorkspaceSnapshots.read"))

  let begun = 0
  let newest = 0

  const write = Effect.fn("WorkspaceSnapshots.write")((sessions: Effect.Effect<ReadonlyArray<Workspace>>) =>
    Effect.suspend(() => {
      const asked = begun
      const round = (place: Place) =>
        Effect.gen(function* () {
          begun += 1
          const mine = begun
          yield* removeLeftovers(place)
          yield* writeText(place, yield* textOf(yield* sessions))
          newest = mine
        })
      return one.withPermits(1)(Effect.unless(inTurn(round), () => newest > asked))
    }).pipe(orRefuse, Effect.asVoid)
  )

  return WorkspaceSnapshots.of({ read, write })
})

/** The file `.claude-container-sessions.json` in the folder `root`, which must be the top folder of a repository. */
export const layer = (options: {
  readonly root: string
}): Layer.Layer<WorkspaceSnapshots, never, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(WorkspaceSnapshots, make(options.root))

/** Of a server without a root: nothing can be done. */
export const layerOff: Layer.Layer<WorkspaceSnapshots> = Layer.succeed(WorkspaceSnapshots, {
  read: off,
  write: () => off
})
