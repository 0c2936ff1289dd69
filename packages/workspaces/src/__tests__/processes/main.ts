import { WorkspaceSnapshots, Worktrees } from "@workspace/domain"
import { Effect } from "effect"
import { adapters, idOf, make, planned } from "../git-root.ts"
import { workspaceOf } from "../workspaces.ts"

// A program that the tests start and kill.
const [role = "", root = "", from = "1"] = process.argv.slice(2)

// It does not outlive the tests, however they end.
process.stdin.once("end", () => process.exit()).resume()

const say = (line: string) => Effect.sync(() => void process.stdout.write(`${line}\n`))

/** Makes and unmakes two worktrees over and over; says so after each step. */
const change = Effect.flatMap(Worktrees, (worktrees) => {
  const step = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.tap(effect, say("step"))
  const round = Effect.gen(function* () {
    yield* step(make(1, "feature/first"))
    const path = yield* step(make(2, "feature/second"))
    yield* step(worktrees.discard(planned(1, "feature/first")))
    yield* step(worktrees.retire(idOf(2), path))
    yield* step(worktrees.clear(idOf(2)))
    yield* step(worktrees.discard(planned(2, "feature/second")))
  })
  return Effect.zipRight(say("ready"), Effect.forever(worktrees.exclusively(round)))
})

/** Writes snapshots of one workspace, of two, of three …, over and over; says how many. */
const write = Effect.flatMap(WorkspaceSnapshots, (snapshots) =>
  Effect.iterate(1, {
    while: () => true,
    body: (count) => {
      const sessions = Array.from({ length: count }, (_, index) => workspaceOf(root, Number(from) + index))
      return Effect.as(
        Effect.zipRight(snapshots.write(Effect.succeed(sessions)), say(String(count))),
        (count % 60) + 1
      )
    }
  })
)

/** Counts in a file, alone. */
const count = Effect.gen(function* () {
  const worktrees = yield* Worktrees
  const { readFile, writeFile } = yield* Effect.promise(() => import("node:fs/promises"))
  const file = `${root}/count`
  const once = Effect.promise(async () => writeFile(file, String(Number(await readFile(file, "utf8")) + 1)))
  yield* Effect.repeatN(worktrees.exclusively(once), 19)
  yield* say("counted")
})

/** Makes one worktree, and says that it begins. */
const makeOne = Effect.gen(function* () {
  const worktrees = yield* Worktrees
  yield* worktrees.exclusively(Effect.zipRight(say("making"), make(1, "feature/first")))
  yield* say("made")
})

const hold = Effect.flatMap(Worktrees, (worktrees) =>
  worktrees.exclusively(Effect.zipRight(say("held"), Effect.never))
)

const roles: Readonly<Record<string, Effect.Effect<unknown, unknown, Worktrees | WorkspaceSnapshots>>> = {
  change,
  count,
  hold,
  makeOne,
  write
}
const play = roles[role]

if (play !== undefined) await Effect.runPromise(Effect.provide(play, adapters(root)))
process.exit()
