import { assert, describe, it } from "@effect/vitest"
import {
  type Caller,
  UnauthorizedError,
  type Workspace,
  WorkspaceId,
  WorkspaceNotFoundError
} from "@workspace/domain"
import { Effect, Exit, Option, TestClock } from "effect"
import { anonymous, asAlice, asBob, logged, managerOf, named, trusted, world } from "./manager/managed.ts"
import { git, newRepository } from "./manager/repositories.ts"

const withWorld = Effect.provide(world)

const namesOf = (sessions: ReadonlyArray<Workspace>) => sessions.map(({ name }) => name)

describe("workspaces", () => {
  it.scoped("are listed, oldest first, to their owners; those of nobody to everybody who names himself", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root)
      assert.deepInclude(yield* manager.list(asAlice), { sessions: [], count: 0, maximum: 4 })
      for (const [caller, name] of [
        [asBob, "of-bob"],
        [trusted, "of-nobody"],
        [asAlice, "of-alice"]
      ] as const) {
        yield* TestClock.adjust("1 second")
        yield* manager.create(caller, named(name))
      }
      const listed = Effect.fnUntraced(function* (caller: Caller) {
        const { count, sessions } = yield* manager.list(caller)
        assert.lengthOf(sessions, count)
        return namesOf(sessions)
      })
      assert.deepStrictEqual(yield* listed(asAlice), ["of-nobody", "of-alice"])
      assert.deepStrictEqual(yield* listed(asBob), ["of-bob", "of-nobody"])
      assert.deepStrictEqual(yield* listed(trusted), ["of-bob", "of-nobody", "of-alice"])
    }).pipe(withWorld)
  )

  it.scoped("change only in what is given, and remember when something happened in them", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root)
      const made = yield* manager.create(asAlice, named("a"))
      yield* TestClock.adjust("1 second")
      const ptyPid = Option.some(4_711)
      const change = { status: "waiting", ptyPid, currentPhase: Option.some("review") } as const
      const changed = yield* manager.update(asAlice, made.id, change)
      assert.deepStrictEqual({ ...changed }, { ...made, ...change })
      const metadata = { a: 1 }
      const again = yield* manager.update(asAlice, made.id, { metadata, ptyPid: Option.none() })
      assert.deepStrictEqual({ ...again }, { ...changed, metadata, ptyPid: Option.none() })
      const { lastActivity } = yield* manager.touch(asAlice, made.id)
      assert.strictEqual(lastActivity.epochMillis, made.lastActivity.epochMillis + 1_000)
      assert.deepStrictEqual((yield* manager.get(asAlice, made.id)).lastActivity, lastActivity)
    }).pipe(withWorld)
  )

  it.scoped("are not there for whoever does not see them, and not at all for whoever names nobody", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root)
      const { id } = yield* manager.create(asAlice, named("a"))
      const missing = WorkspaceId.make("3f0c1f5e-7a52-4d0b-9c3e-5b8f6d1a2c47")
      const calls = (caller: Caller, of: WorkspaceId) => [
        manager.get(caller, of),
        manager.update(caller, of, { status: "error" }),
        manager.touch(caller, of),
        manager.destroy(caller, of, { force: true })
      ]
      for (const call of [...calls(asBob, id), ...calls(asAlice, missing)]) {
        assert.instanceOf(yield* Effect.flip(call), WorkspaceNotFoundError)
      }
      for (const call of [...calls(anonymous, id), manager.list(anonymous), manager.restore(anonymous)]) {
        assert.instanceOf(yield* Effect.flip(call), UnauthorizedError)
      }
      assert.strictEqual((yield* manager.get(trusted, id)).status, "active")
    }).pipe(withWorld)
  )

  it.scoped("are told of in the log, from their beginning to their end", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root, { limit: 1 })
      const lines = yield* logged(() =>
        Effect.gen(function* () {
          const made = yield* manager.create(asAlice, named("a"))
          yield* Effect.exit(manager.create(asAlice, named("b")))
          yield* manager.update(asAlice, made.id, { status: "waiting" })
          yield* manager.restore(trusted)
          yield* git(made.worktree, "checkout", "-q", "--detach")
          yield* git(made.worktree, "commit", "-q", "--allow-empty", "-m", "Work")
          assert.isTrue(
            Exit.isFailure(yield* Effect.exit(manager.destroy(asAlice, made.id, { force: false })))
          )
          yield* git(root, "worktree", "remove", "--force", made.worktree)
          yield* manager.restore(trusted)
          yield* manager.destroy(asAlice, made.id, { force: false })
          yield* git(root, "worktree", "add", "-q", "--detach", "own")
          yield* manager.restore(trusted)
        })
      )
      const told = lines.filter(({ message }) => message.includes("orkspace"))
      assert.deepStrictEqual(
        told.map(({ level, message }) => `${level} ${message}`),
        [
          "INFO A workspace was made",
          "INFO No workspace was made: there are as many as there may be",
          "INFO A workspace is waiting now",
          "INFO A workspace is back",
          "INFO A workspace was not destroyed: it has what must not be lost",
          "WARN A workspace has no worktree any more",
          "INFO A workspace was destroyed",
          "INFO A worktree that nobody knew is a workspace now"
        ]
      )
      const [made] = told
      assert.deepInclude(made, { name: "a", branch: "feature/a" })
      assert.strictEqual(made?.["worktree"], `${root}/.worktrees/${made?.["workspaceId"]}`)
      assert.deepInclude(told[1], { maximum: 1, count: 1 })
    }).pipe(withWorld)
  )
})
