import { rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { freshDatabase } from "@workspace/database/test-utils"
import { Array, Effect } from "effect"
import { inject } from "vitest"
import { exchange, posting } from "../../test-utils/exchange.ts"
import { commit, git, makeFolder, makeRepository } from "../../test-utils/git-repository.ts"
import { asCreated, snapshotName, snapshotOf } from "../../test-utils/workspace-caller.ts"
import * as BigOcean from "./big-ocean.ts"
import { Built } from "./built.ts"
import { checkWhole, type Served, serve } from "./workspaces.ts"

// What is built has no embedded database.
const embedded = Effect.map(BigOcean.temporaryDirectory, (directory) => ({ env: { DATA_DIR: directory } }))
const onServer = Effect.gen(function* () {
  const { program } = yield* Built
  return { env: { DATABASE_URL: yield* freshDatabase(inject("postgresUrl")) }, program }
})

const over = (root: string, { env, ...options }: BigOcean.Options, more: BigOcean.Options["env"] = {}) =>
  serve({ ...options, env: { ...env, WORKSPACE_ROOT: root, ...more } })

/** Two workspaces at work, one of them with a commit and with something that is not committed. */
const work = Effect.fnUntraced(function* ({ create, origin, update }: Served) {
  const [one, two] = [yield* create({ name: "one" }), yield* create({ name: "two" })]
  yield* exchange(
    origin,
    posting(`/api/sessions/${one.sessionId}/messages`, { role: "user", content: "Where were we?" })
  )
  yield* commit(one.worktree, "work")
  yield* Effect.promise(() => writeFile(join(one.worktree, "open"), "not yet"))
  return [
    yield* update(one.id, { ptyPid: 4_711, currentPhase: "tests", metadata: { a: 1 } }),
    yield* update(two.id, { status: "waiting" })
  ] as const
})

const stop = ({ ended, output, signal }: Served) =>
  Effect.map(Effect.zipRight(signal("SIGTERM"), ended), (code) => assert.strictEqual(code, 0, output()))

/** Asks again as long as others are at work, which a busy machine may make long. */
const patiently = (asked: ReturnType<Served["post"]>) =>
  Effect.repeat(asked, { until: ({ text }) => !text.includes('"reason":"busy"'), times: 20 })

layer(Built.layer, { excludeTestServices: true })("workspaces", (it) => {
  it.scoped.each([
    ["embedded", embedded],
    ["on a server", onServer]
  ] as const)("are all back idle after a restart, %s", ([, makeOptions]) =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      const options = yield* makeOptions
      const first = yield* over(root, options)
      const before = yield* work(first)
      const head = yield* git(before[0].worktree, "rev-parse", "HEAD")
      yield* stop(first)
      // Who reads the file meanwhile sees what there is.
      assert.deepStrictEqual(yield* snapshotOf(root), before)

      const second = yield* over(root, options)
      const { sessions } = yield* second.list
      assert.deepStrictEqual<unknown>(
        sessions,
        before.map((workspace) => ({ ...workspace, status: "idle", ptyPid: null }))
      )
      assert.deepStrictEqual(yield* snapshotOf(root), sessions)
      const [one] = sessions
      assert(one !== undefined)
      assert.strictEqual(yield* git(one.worktree, "rev-parse", "HEAD"), head)
      assert.strictEqual(yield* git(one.worktree, "status", "--porcelain"), "?? open")
      const { text } = yield* exchange(second.origin, { path: `/api/sessions/${one.sessionId}` })
      assert.include(text, "Where were we?")
      yield* second.destroy(one.id, "?force=true")
      yield* checkWhole(root, second)
      // A name that is not free, one that is, and an agent that nobody knows.
      assert.strictEqual((yield* second.post({ name: "two" })).status, 409)
      assert.strictEqual((yield* second.post({ name: "one", agent: "nobody" })).status, 400)
      assert.strictEqual((yield* second.post({ name: "one" })).status, 201)
      const metrics = yield* exchange(second.origin, { path: "/metrics" })
      for (const line of [
        'workspace_operation_duration_seconds_count{operation="restore",outcome="done"} 1',
        'workspace_operation_duration_seconds_count{operation="create",outcome="refused"} 2',
        'workspaces{status="active"} 1',
        'workspaces{status="idle"} 1',
        "workspace_snapshot_failures_total 0"
      ])
        assert.include(metrics.text, `\n${line}\n`)
    })
  )

  it.scoped("come to a new database out of the snapshot file, and without that out of git", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      const first = yield* over(root, yield* onServer)
      const before = yield* work(first)
      yield* stop(first)

      const second = yield* over(root, yield* onServer)
      const { sessions } = yield* second.list
      assert.deepStrictEqual<unknown>(
        sessions,
        before.map((workspace, index) => ({
          ...workspace,
          status: "idle",
          ptyPid: null,
          sessionId: sessions[index]?.sessionId
        }))
      )
      for (const { name, sessionId } of sessions) {
        const { text } = yield* exchange(second.origin, { path: `/api/sessions/${sessionId}` })
        assert.include(text, `"title":"${name}"`)
      }
      yield* stop(second)

      yield* Effect.promise(() => rm(join(root, snapshotName)))
      const third = yield* over(root, yield* onServer)
      assert.sameDeepMembers(
        (yield* third.list).sessions.map(({ branch, id, name, status, worktree }) => ({
          branch,
          id,
          name,
          status,
          worktree
        })),
        before.map(({ branch, id, name, worktree }) => ({
          branch,
          id,
          name,
          status: "idle" as const,
          worktree
        }))
      )
      assert.include(third.output(), "There is no snapshot file")
      yield* third.destroy(before[0].id, "?force=true")
      yield* checkWhole(root, third)
    })
  )

  it.scoped("move with their root, and are none where there is no git", () =>
    Effect.gen(function* () {
      const [root, { parent, root: bare }] = [yield* makeRepository, yield* makeFolder]
      const options = yield* onServer
      const first = yield* over(root, options)
      const made = yield* first.create({ name: "one" })
      yield* stop(first)
      const moved = join(parent, "moved")
      yield* Effect.promise(() => rename(root, moved))
      const second = yield* over(moved, options)
      const worktree = join(moved, ".worktrees", made.id)
      assert.deepStrictEqual<unknown>((yield* second.list).sessions, [{ ...made, status: "idle", worktree }])
      yield* checkWhole(moved, second)

      const third = yield* over(moved, options, { PATH: bare })
      assert.include((yield* third.post()).text, '"reason":"no-git"')
      assert.strictEqual((yield* exchange(third.origin, { path: "/api/sessions" })).status, 200)
    })
  )

  it.scoped("are four of 60 that two processes over one root and one database make at once", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      const options = yield* onServer
      const [one, other] = yield* Effect.all([over(root, options), over(root, options)], { concurrency: 2 })
      const replies = yield* Effect.forEach(
        Array.range(1, 60),
        (n) => patiently((n % 2 === 0 ? one : other).post({ name: `w-${n}` })),
        { concurrency: "unbounded" }
      )
      const [refused, admitted] = Array.partition(replies, ({ status }) => status === 201)
      assert.lengthOf(admitted, 4)
      for (const { body, text } of refused) assert.propertyVal(body, "code", "MAX_SESSIONS", text)
      const made = yield* Effect.forEach(admitted, asCreated)
      const sessions = yield* checkWhole(root, one)
      assert.sameDeepMembers([...sessions], made)
      assert.deepStrictEqual((yield* other.list).sessions, sessions)

      // Whoever changes what: in the end the file says what is so.
      yield* Effect.forEach(
        Array.range(1, 40),
        (n) => (n % 2 === 0 ? one : other).update(made[n % 4]?.id ?? "", { currentPhase: `phase ${n}` }),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(yield* snapshotOf(root), (yield* one.list).sessions)
      yield* Effect.forEach(made, ({ id }, n) => (n % 2 === 0 ? one : other).destroy(id), { concurrency: 4 })
      assert.deepStrictEqual(yield* checkWhole(root, other), [])
    })
  )
})
