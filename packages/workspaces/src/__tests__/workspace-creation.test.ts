import { assert, describe, it } from "@effect/vitest"
import {
  AgentName,
  BranchConflictError,
  BranchName,
  SessionId,
  SessionRepository,
  Title,
  UnauthorizedError,
  UnknownAgentError,
  WorkspaceExistsError,
  WorkspaceId,
  WorkspaceName
} from "@workspace/domain"
import { Effect, Option, TestClock } from "effect"
import {
  alice,
  anonymous,
  asAlice,
  asBob,
  managerOf,
  named,
  rootOf,
  trusted,
  world
} from "./manager/managed.ts"
import { branches, git, newRepository, worktreesOf } from "./manager/repositories.ts"

const withWorld = Effect.provide(world)

describe("a workspace that is made", () => {
  it.scoped("has a worktree on its branch, a conversation and the time", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_767_225_600_000)
      const root = yield* newRepository
      const manager = yield* managerOf(root)
      const workspace = yield* manager.create(asAlice, named("search-box"))
      assert.deepInclude(workspace, {
        userId: Option.some(alice),
        name: WorkspaceName.make("search-box"),
        status: "active",
        branch: Option.some("feature/search-box"),
        worktree: `${root}/.worktrees/${workspace.id}`,
        ptyPid: Option.none(),
        currentPhase: Option.none(),
        metadata: {}
      })
      assert.strictEqual(workspace.createdAt.epochMillis, 1_767_225_600_000)
      assert.strictEqual(workspace.lastActivity.epochMillis, 1_767_225_600_000)
      assert.deepStrictEqual(yield* worktreesOf(root), [workspace.worktree])
      assert.strictEqual(yield* git(workspace.worktree, "branch", "--show-current"), "feature/search-box\n")
      assert.strictEqual(
        yield* git(workspace.worktree, "rev-parse", "HEAD"),
        yield* git(root, "rev-parse", "HEAD")
      )
      assert.deepStrictEqual(yield* manager.get(asAlice, workspace.id), workspace)

      const sessions = yield* SessionRepository
      const { session } = yield* sessions.load(asAlice, Option.getOrThrow(workspace.sessionId))
      assert.deepInclude(session, {
        userId: Option.some(alice),
        title: Option.some(Title.make("search-box")),
        agent: AgentName.make("nerin"),
        metadata: { workspaceId: workspace.id }
      })
    }).pipe(withWorld)
  )

  it.scoped("is nobody's for a trusted caller, and refused to whoever names nobody", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root)
      assert.deepStrictEqual((yield* manager.create(trusted, {})).userId, Option.none())
      assert.instanceOf(yield* Effect.flip(manager.create(anonymous, {})), UnauthorizedError)
      assert.strictEqual((yield* manager.list(trusted)).count, 1)
    }).pipe(withWorld)
  )

  it.scoped("talks with the agent that was named, if there is one", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root)
      const unknown = manager.create(asAlice, { agent: AgentName.make("unknown") })
      assert.instanceOf(yield* Effect.flip(unknown), UnknownAgentError)
      assert.deepStrictEqual(yield* worktreesOf(root), [])
      const { sessionId } = yield* manager.create(asAlice, { agent: AgentName.make("other") })
      const sessions = yield* SessionRepository
      const { session } = yield* sessions.load(asAlice, Option.getOrThrow(sessionId))
      assert.strictEqual(session.agent, "other")
    }).pipe(withWorld)
  )

  it.scoped(
    "takes a branch that there is as it is, unless another worktree has it or a branch is in the way",
    () =>
      Effect.gen(function* () {
        const root = yield* newRepository
        yield* git(root, "branch", "there")
        const before = yield* git(root, "rev-parse", "there")
        yield* git(root, "commit", "-q", "--allow-empty", "-m", "Later")
        const manager = yield* managerOf(root)
        const there = BranchName.make("there")
        const { worktree } = yield* manager.create(asAlice, { branch: there })
        assert.strictEqual(yield* git(worktree, "rev-parse", "HEAD"), before)
        for (const [branch, reason] of [
          ["there", "checked-out"],
          ["main", "checked-out"],
          ["main/a", "name-taken"]
        ] as const) {
          const error = yield* Effect.flip(manager.create(asAlice, { branch: BranchName.make(branch) }))
          assert.instanceOf(error, BranchConflictError)
          assert.deepInclude(error, { branch, reason })
        }
        assert.strictEqual((yield* manager.list(asAlice)).count, 1)
        assert.lengthOf(yield* worktreesOf(root), 1)
      }).pipe(withWorld)
  )

  it.scoped("has a name that no other one of the root has, whosever it is", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root)
      yield* manager.create(asAlice, named("a"))
      const error = yield* Effect.flip(manager.create(asBob, { ...named("a"), branch: BranchName.make("b") }))
      assert.instanceOf(error, WorkspaceExistsError)
      assert.strictEqual(error.detail, "A workspace is called a already.")
      assert.deepStrictEqual(yield* branches(root), ["feature/a", "main"])
    }).pipe(withWorld)
  )

  it.scoped("is one under one id, however often it is asked for", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root, { limit: 1 })
      const id = WorkspaceId.make("3f0c1f5e-7a52-4d0b-9c3e-5b8f6d1a2c47")
      const input = { id, sessionId: SessionId.make("session_1_own") }
      const all = yield* Effect.all(
        Array.from({ length: 5 }, () => manager.create(asAlice, input)),
        { concurrency: "unbounded" }
      )
      const again = yield* manager.create(asAlice, input)
      assert.deepStrictEqual(new Set([again, ...all].map((workspace) => workspace.id)), new Set([id]))
      assert.deepStrictEqual(again.sessionId, Option.some(input.sessionId))
      assert.lengthOf(yield* worktreesOf(root), 1)
      const restarted = yield* managerOf(root)
      assert.strictEqual((yield* restarted.create(asAlice, input)).id, id)
      assert.lengthOf(yield* worktreesOf(root), 1)
    }).pipe(withWorld)
  )

  it.scopedLive("is one under one id also where several servers are asked for it", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const managers = yield* Effect.all([managerOf(root), managerOf(root), managerOf(root)])
      const id = WorkspaceId.make("3f0c1f5e-7a52-4d0b-9c3e-5b8f6d1a2c47")
      const all = yield* Effect.forEach(managers, (manager) => manager.create(asAlice, { id }), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(
        all.map((workspace) => workspace.id),
        [id, id, id]
      )
      assert.lengthOf(yield* worktreesOf(root), 1)
    }).pipe(withWorld)
  )

  it.scoped("is of a root that is called the same for all, however many are the first to ask", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const asked = yield* Effect.all(
        Array.from({ length: 30 }, () => rootOf(root)),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(new Set(asked).size, 1)
    }).pipe(withWorld)
  )

  it.scoped("is none under the id of somebody else's", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root)
      const { id } = yield* manager.create(asAlice, named("a"))
      assert.isTrue((yield* Effect.exit(manager.create(asBob, { id })))._tag === "Failure")
      assert.deepStrictEqual(yield* branches(root), ["feature/a", "main"])
      assert.strictEqual((yield* manager.get(asAlice, id)).name, "a")
    }).pipe(withWorld)
  )
})
