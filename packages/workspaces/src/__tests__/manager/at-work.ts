import type { Workspace } from "@workspace/domain"
import { Effect, Option, TestClock } from "effect"
import { asAlice, managerOf, named, trusted } from "./managed.ts"
import { newRepository } from "./repositories.ts"

export const idsOf = (workspaces: ReadonlyArray<Workspace>) => workspaces.map(({ id }) => id)

/** Two of Alice's and one of nobody's, at work. */
export const atWork = Effect.gen(function* () {
  const root = yield* newRepository
  const manager = yield* managerOf(root)
  const a = yield* manager.create(asAlice, named("a"))
  const b = yield* manager.create(asAlice, named("b"))
  const c = yield* manager.create(trusted, named("c"))
  yield* TestClock.adjust("1 minute")
  for (const { id } of [a, b, c]) {
    yield* manager.update(trusted, id, {
      status: "waiting",
      ptyPid: Option.some(4_711),
      currentPhase: Option.some("review"),
      metadata: { of: id }
    })
    yield* manager.touch(trusted, id)
  }
  return { root, ids: [a.id, b.id, c.id] as const, workspaces: (yield* manager.list(trusted)).sessions }
})

export const idle = (workspace: Workspace) => workspace.restored({ ...workspace, status: "idle" })
export const lost = (workspace: Workspace) => workspace.restored({ ...workspace, status: "error" })
