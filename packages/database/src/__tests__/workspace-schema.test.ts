import { assert, it } from "@effect/vitest"
import { WorkspaceId, WorkspaceRepository, WorkspaceStatus } from "@workspace/domain"
import { asNobody, createTestSession } from "@workspace/domain/test-utils"
import { Cause, Effect, Exit, Layer, Option } from "effect"
import { Database } from "../client.ts"
import { fromSession } from "../repositories/session-rows.ts"
import * as WorkspaceRepositoryPg from "../repositories/workspace-repository.ts"
import { sessions, workspaceSessions } from "../schema.ts"
import { layerPostgres } from "../test-utils/layers.ts"

const row = {
  id: "3f0c1f5e-7a52-4d0b-9c3e-5b8f6d1a2c47",
  root: "r",
  slot: 1,
  name: "n",
  status: "idle",
  worktree: "/w",
  metadata: {},
  createdAt: new Date(0),
  lastActivity: new Date(0)
} as const
const other = { ...row, id: "00000000-0000-4000-8000-000000000000", slot: 2, name: "m", worktree: "/v" }
const session = fromSession(createTestSession())

const insert = (values: object) =>
  Effect.flatMap(Database, ({ client, query }) =>
    query(() => client.insert(workspaceSessions).values({ ...row, ...values }))
  )

const removeAll = Effect.flatMap(Database, ({ client, query }) =>
  query(() => client.delete(workspaceSessions))
)

it.layer(WorkspaceRepositoryPg.layer.pipe(Layer.provideMerge(layerPostgres)), { timeout: "60 seconds" })(
  "the table of workspaces",
  (it) => {
    it.effect("knows the statuses of the domain, and the longest texts", () =>
      Effect.gen(function* () {
        for (const status of WorkspaceStatus.literals) {
          yield* insert({ status })
          yield* removeAll
        }
        yield* insert({
          root: "é".repeat(32),
          userId: "x".repeat(255),
          name: "x".repeat(64),
          branch: "é".repeat(512),
          worktree: "é".repeat(1_024),
          currentPhase: "x".repeat(255),
          ptyPid: 2_147_483_647,
          making: "worktree"
        })
        yield* removeAll
      })
    )

    it.effect.each([
      ["id", { id: "x" }],
      ["id", { id: row.id.toUpperCase() }],
      ["id", { id: `${row.id}\n` }],
      ["id", { id: "3f0c1f5e-7a52-1d0b-9c3e-5b8f6d1a2c47" }],
      ["id", { id: "3f0c1f5e-7a52-4d0b-7c3e-5b8f6d1a2c47" }],
      ["root_bytes", { root: "" }],
      ["root_bytes", { root: "é".repeat(33) }],
      ["slot", { slot: 0 }],
      ["user_id_bytes", { userId: "" }],
      ["user_id_bytes", { userId: "é".repeat(128) }],
      ["name", { name: "" }],
      ["name", { name: "A" }],
      ["name", { name: "-a" }],
      ["name", { name: "a-" }],
      ["name", { name: "a/b" }],
      ["name", { name: "a\n" }],
      ["name", { name: "x".repeat(65) }],
      ["status", { status: "busy" }],
      ["branch_bytes", { branch: "" }],
      ["branch_bytes", { branch: "é".repeat(513) }],
      ["worktree_bytes", { worktree: "" }],
      ["worktree_bytes", { worktree: "é".repeat(1_025) }],
      ["pty_pid", { ptyPid: 0 }],
      ["current_phase_bytes", { currentPhase: "" }],
      ["current_phase_bytes", { currentPhase: "é".repeat(128) }],
      ["metadata", { metadata: [] }],
      ["times", { lastActivity: new Date(-1) }],
      ["making", { making: "commit" }]
    ] as const)("refuses a workspace that the types refuse: %s %j", ([constraint, values]) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(insert(values))
        assert.strictEqual(error.code, "23514")
        assert.strictEqual(error.constraint, `workspace_sessions_${constraint}`)
      })
    )

    it.effect.each([
      ["pkey", { id: row.id, root: "another" }],
      ["root_slot", { slot: row.slot }],
      ["root_name", { name: row.name }],
      ["root_worktree", { worktree: row.worktree }]
    ] as const)("has one of a kind: %s", ([constraint, values]) =>
      Effect.gen(function* () {
        yield* insert({})
        const error = yield* Effect.flip(insert({ ...other, ...values }))
        yield* insert({ ...other, slot: row.slot, name: row.name, worktree: row.worktree, root: "another" })
        yield* removeAll
        assert.strictEqual(error.code, "23505")
        assert.strictEqual(error.constraint, `workspace_sessions_${constraint}`)
      })
    )

    it.effect("names no session that is not there, and outlives the one that it names", () =>
      Effect.gen(function* () {
        const { client, query } = yield* Database
        const error = yield* Effect.flip(insert({ sessionId: session.id }))
        assert.strictEqual(error.constraint, "workspace_sessions_session_id_sessions_id_fk")
        yield* query(() => client.insert(sessions).values(session))
        yield* insert({ sessionId: session.id })
        yield* query(() => client.delete(sessions))
        const left = yield* query(() => client.select().from(workspaceSessions))
        yield* removeAll
        assert.deepStrictEqual(
          left.map(({ id, sessionId }) => [id, sessionId]),
          [[row.id, null]]
        )
      })
    )

    it.effect("makes a row that is no workspace a defect, not an answer", () =>
      Effect.gen(function* () {
        const { client, query } = yield* Database
        const workspaces = yield* WorkspaceRepository
        yield* insert({ name: "com1" })
        const id = WorkspaceId.make(row.id)
        const got = yield* Effect.exit(Effect.asVoid(workspaces.get(asNobody, row.root, id)))
        const listed = yield* Effect.exit(Effect.asVoid(workspaces.list(asNobody, row.root)))
        yield* query(() => client.update(workspaceSessions).set({ making: "branch" }))
        const unfinished = yield* Effect.exit(Effect.asVoid(workspaces.unfinished(row.root)))
        yield* removeAll
        for (const exit of [got, listed, unfinished]) {
          assert(Exit.isFailure(exit) && Option.isSome(Cause.dieOption(exit.cause)))
          assert.include(Cause.pretty(exit.cause), "workspace_sessions does not fit its type: name")
          assert.notInclude(Cause.pretty(exit.cause), "com1")
        }
      })
    )
  }
)
