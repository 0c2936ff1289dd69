import { FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { MaxSessionsError, Session, SessionRepository, WorkspaceId, WorkspaceName } from "@workspace/domain"
import { Effect, Option, TestClock } from "effect"
import {
  asAlice,
  asBob,
  bob,
  managerOf,
  named,
  newStore,
  snapshotFile,
  trusted,
  world
} from "./manager/managed.ts"
import { emptyRepository, git, newFolder, newRepository, worktreesOf } from "./manager/repositories.ts"

const withWorld = Effect.provide(world)

/** Adds a worktree by hand. */
const byHand = (root: string, ...args: ReadonlyArray<string>) => git(root, "worktree", "add", "-q", ...args)

describe("a worktree that was made by hand", () => {
  it.scoped("becomes a workspace of nobody, called as its branch or its folder is, or after the day", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-01-31T12:00:00.000Z"))
      const root = yield* newRepository
      yield* byHand(root, "-b", "feature/first", ".worktrees/f")
      yield* byHand(root, "-b", "second", "wt/s")
      yield* byHand(root, "-b", "Third/x", "wt/third")
      yield* byHand(root, "--detach", "wt/fourth")
      yield* byHand(root, "--detach", "wt/Fifth")
      yield* byHand(root, "-b", "user/first", "wt/first")
      yield* byHand(root, "-b", "con", "wt/aux")
      const manager = yield* managerOf(root)
      const report = yield* manager.restore(asBob)
      assert.lengthOf(report.adopted, 7)
      assert.deepStrictEqual(
        new Map(
          report.sessions.map(({ branch, name, worktree }) => [worktree, [name, Option.getOrNull(branch)]])
        ),
        new Map([
          [`${root}/.worktrees/f`, ["first", "feature/first"]],
          [`${root}/wt/s`, ["second", "second"]],
          [`${root}/wt/third`, ["third", "Third/x"]],
          [`${root}/wt/fourth`, ["fourth", null]],
          [`${root}/wt/Fifth`, ["feature-2026-01-31-001", null]],
          [`${root}/wt/first`, ["feature-2026-01-31-003", "user/first"]],
          [`${root}/wt/aux`, ["feature-2026-01-31-002", "con"]]
        ])
      )
      for (const workspace of report.sessions) {
        assert.deepInclude(workspace, { status: "idle", userId: Option.none(), metadata: {} })
        assert.strictEqual(workspace.createdAt.epochMillis, Date.parse("2026-01-31T12:00:00.000Z"))
        assert.isTrue(Option.isSome(workspace.sessionId))
      }
    }).pipe(withWorld)
  )

  it.scoped("keeps the id that its folder is called by", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const id = WorkspaceId.make("3f0c1f5e-7a52-4d0b-9c3e-5b8f6d1a2c47")
      yield* byHand(root, "--detach", `.worktrees/${id}`)
      const manager = yield* managerOf(root)
      assert.deepStrictEqual((yield* manager.restore(asAlice)).adopted, [id])
      assert.match((yield* manager.get(asAlice, id)).name, /^feature-.*-001$/)
    }).pipe(withWorld)
  )

  it.scoped("inside of a workspace's is its owner's alone", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const manager = yield* managerOf(root)
      const a = yield* manager.create(asAlice, named("a"))
      yield* byHand(root, "-b", "outer", "outer")
      yield* byHand(root, "-b", "tmp", `${a.worktree}/tmp`)
      yield* byHand(root, "-b", "deeper", `${a.worktree}/tmp/deeper`)
      yield* byHand(root, "-b", "beside", `${a.worktree}-beside`)
      yield* byHand(root, "-b", "inner", "outer/inner")
      const ofBob = yield* manager.restore(asBob)
      assert.lengthOf(ofBob.adopted, 3)
      const namesOf = (all: ReadonlyArray<{ readonly name: string }>) => all.map(({ name }) => name)
      assert.sameMembers(namesOf(ofBob.sessions), ["outer", "beside", "inner"])
      assert.sameMembers(
        namesOf((yield* manager.list(trusted)).sessions.filter(({ userId }) => Option.isSome(userId))),
        ["a", "tmp", "deeper"]
      )
    }).pipe(withWorld)
  )

  it.scoped("outside of the root is left alone", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const outside = `${yield* newFolder}/out`
      yield* byHand(root, "-b", "out", outside)
      const manager = yield* managerOf(root)
      assert.deepInclude(yield* manager.restore(trusted), {
        adopted: [],
        leftAlone: [outside],
        sessions: []
      })
      // What there is elsewhere on the machine is no user's business.
      assert.deepStrictEqual((yield* manager.restore(asAlice)).leftAlone, [])
      assert.deepStrictEqual(yield* worktreesOf(root), [outside])
    }).pipe(withWorld)
  )

  it.scoped("counts, also above the limit: then there is no new one until enough are gone", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      for (const name of ["a", "b", "c"]) yield* byHand(root, "-b", name, `wt/${name}`)
      const manager = yield* managerOf(root, { limit: 2 })
      const { sessions } = yield* manager.restore(asAlice)
      assert.lengthOf(sessions, 3)
      assert.deepInclude(yield* manager.list(asAlice), { count: 3, maximum: 2 })
      for (const { id } of sessions.slice(1)) {
        assert.instanceOf(yield* Effect.flip(manager.create(asAlice, named("d"))), MaxSessionsError)
        yield* manager.destroy(asAlice, id, { force: false })
      }
      assert.strictEqual((yield* manager.create(asAlice, named("d"))).name, "d")
    }).pipe(withWorld)
  )

  it.scoped("in a repository without commits has its branch", () =>
    Effect.gen(function* () {
      const root = yield* emptyRepository
      const first = yield* managerOf(root)
      const { branch, id } = yield* first.create(asAlice, named("a"))
      const files = yield* FileSystem.FileSystem
      yield* files.remove(snapshotFile(root))
      yield* Effect.gen(function* () {
        const manager = yield* managerOf(root)
        assert.deepStrictEqual((yield* manager.restore(asAlice)).adopted, [id])
        assert.deepInclude(yield* manager.get(asAlice, id), {
          branch,
          name: WorkspaceName.make("a"),
          status: "idle"
        })
      }).pipe(Effect.provide(newStore))
    }).pipe(withWorld)
  )
})

describe("a worktree that the snapshot file alone knows", () => {
  it.scoped("comes back as it was, also where the store has others of the root", () =>
    Effect.gen(function* () {
      const root = yield* newRepository
      const first = yield* managerOf(root)
      const a = yield* first.create(asAlice, named("a"))
      yield* Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        const before = yield* files.readFileString(snapshotFile(root))
        const second = yield* managerOf(root)
        yield* second.create(asBob, { name: a.name }).pipe(Effect.flip)
        yield* second.destroy(asAlice, a.id, { force: false })
        yield* second.create(asBob, { name: a.name })
        yield* byHand(root, "-b", "again", `.worktrees/${a.id}`)
        yield* files.writeFileString(snapshotFile(root), before)
        const report = yield* (yield* managerOf(root)).restore(trusted)
        assert.deepInclude(report, { source: "database", adopted: [] })
        assert.include(report.restored, a.id)
        assert.deepInclude(
          report.sessions.find(({ id }) => id === a.id),
          {
            userId: a.userId,
            name: WorkspaceName.make("again"),
            branch: Option.some("again"),
            sessionId: a.sessionId
          }
        )
      }).pipe(Effect.provide(newStore))
    }).pipe(withWorld)
  )

  it.scoped("comes back as far as that can be, whatever somebody has written into the file", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const root = yield* newRepository
      yield* TestClock.setTime(Date.parse("2026-01-31T12:00:00.000Z"))
      const manager = yield* managerOf(root)
      const a = yield* manager.create(asAlice, named("a"))
      const b = yield* manager.create(asAlice, named("b"))
      const text = yield* files.readFileString(snapshotFile(root))
      const edited = text.replaceAll('"lastActivity": "2026', '"lastActivity": "2025')
      yield* files.writeFileString(snapshotFile(root), edited)
      yield* Effect.gen(function* () {
        const sessions = yield* SessionRepository
        const ofBob = Session.start(Option.getOrThrow(b.sessionId), Option.some(bob), a.createdAt)
        yield* sessions.create(ofBob, Option.none())
        const report = yield* (yield* managerOf(root)).restore(trusted)
        assert.deepStrictEqual(report.restored, [a.id, b.id])
        assert.deepStrictEqual(
          report.sessions.map(({ createdAt, lastActivity }) => [createdAt, lastActivity]),
          [a, b].map(({ createdAt }) => [createdAt, createdAt])
        )
        const [, again] = report.sessions
        assert.deepStrictEqual(again?.userId, b.userId)
        assert.notDeepEqual(again?.sessionId, b.sessionId)
        assert.strictEqual((yield* sessions.load(asBob, ofBob.id)).session.version, 1)
      }).pipe(Effect.provide(newStore))
    }).pipe(withWorld)
  )

  it.scoped("comes back under another id where the store has its own of another root", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const root = yield* newRepository
      const manager = yield* managerOf(root)
      const a = yield* manager.create(asAlice, named("a"))
      const b = yield* manager.create(asAlice, named("b"))
      const other = `${yield* newFolder}/other`
      yield* git(root, "clone", "-q", "--", root, other)
      yield* byHand(other, "-b", "feature/a", `.worktrees/${a.id}`)
      const text = yield* files.readFileString(snapshotFile(root))
      yield* files.writeFileString(snapshotFile(other), text.replaceAll(root, other))

      const report = yield* (yield* managerOf(other)).restore(trusted)
      assert.deepInclude(report, { source: "snapshot", lost: [] })
      const [again] = report.sessions
      assert.lengthOf(report.sessions, 1)
      assert.deepInclude(again, { userId: a.userId, name: a.name, worktree: `${other}/.worktrees/${a.id}` })
      assert.notInclude([a.id, b.id], again?.id)
      assert.notDeepEqual(again?.sessionId, a.sessionId)
      assert.deepStrictEqual((yield* manager.list(asAlice)).sessions, [a, b])
      const next = yield* (yield* managerOf(other)).restore(trusted)
      assert.deepStrictEqual(next.sessions, report.sessions)
    }).pipe(withWorld)
  )
})
