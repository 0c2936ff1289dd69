import { assert } from "@effect/vitest"
import { Effect, Struct } from "effect"
import { type Exchange, posting, type Reply } from "../../test-utils/exchange.ts"
import { git, makeRepository } from "../../test-utils/git-repository.ts"
import * as IdentityOfTest from "../../test-utils/identity-of-test.ts"
import { operations } from "../../test-utils/open-api-operations.ts"
import { requests } from "../../test-utils/requests.ts"
import { workspaceCaller } from "../../test-utils/workspace-caller.ts"
import { onEveryStore, rootAt } from "../../test-utils/workspace-stores.ts"
import { callerOf } from "./callers.ts"

const named = operations.filter(({ operationId }) => operationId.includes("Workspace"))
const onOne = named.filter(({ parameters }) => parameters.some(({ name }) => name === "workspaceId"))

const requestOf = (operationId: string) => {
  const request = requests[operationId]
  assert(request !== undefined, "a request for this operation has to be written")
  return request
}

const workspacesOf = (userId?: string) => Effect.map(callerOf(userId), ({ send }) => workspaceCaller(send))

/** All that an answer tells. */
const told = ({ headers, status, text }: Reply) => ({
  status,
  text,
  headers: Struct.omit(headers, "x-request-id", "date")
})

const missing = "00000000-0000-4000-8000-000000000000"
const ofNone = [missing, "unknown", "%00", "..%2F..", "-rf", "x".repeat(5_000), missing.replace("-4", "-1")]

onEveryStore("a workspace, with tokens,", (it, serverOf) => {
  it.scoped("is answered to others like a missing one, byte for byte", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const [alice, bob] = [yield* workspacesOf("alice"), yield* workspacesOf("bob")]
        const made = yield* alice.create({ name: "mine" })
        assert.lengthOf(onOne, 4)
        for (const { operationId } of onOne) {
          const request = requestOf(operationId)
          const foreign = told(yield* bob.send(request(made.id)))
          assert.strictEqual(foreign.status, 404)
          for (const id of [...ofNone, made.id.toUpperCase(), ` ${made.id}`.trimStart().slice(1)]) {
            assert.deepStrictEqual(told(yield* bob.send(request(id))), foreign, id)
            assert.deepStrictEqual(told(yield* alice.send(request(id))), foreign, id)
          }
        }
        assert.strictEqual((yield* bob.remove(made.id, "?force=true")).status, 404)
        assert.deepInclude(yield* bob.list, { sessions: [], count: 0, maximum: 4 })
        assert.deepStrictEqual(yield* alice.get(made.id), made)
        assert.strictEqual((yield* bob.send({ path: `/api/sessions/${made.sessionId}` })).status, 404)
      }).pipe(Effect.provide(serverOf(rootAt(root), { identity: IdentityOfTest.layer })))
    })
  )

  it.scoped("is nothing to who names nobody: every operation needs a token", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const [alice, nobody] = [yield* workspacesOf("alice"), yield* workspacesOf()]
        const made = yield* alice.create({ name: "mine" })
        assert.lengthOf(named, 7)
        for (const { operationId } of named) {
          for (const id of operationId === "createWorkspace" ? ["new"] : [made.id, ...ofNone]) {
            const { body, headers, status } = yield* nobody.send(requestOf(operationId)(id))
            assert.strictEqual(status, 401)
            assert.propertyVal(body, "code", "UNAUTHORIZED")
            assert.strictEqual(headers["www-authenticate"], "Bearer")
          }
        }
        assert.deepStrictEqual((yield* alice.list).sessions, [made])
      }).pipe(Effect.provide(serverOf(rootAt(root), { identity: IdentityOfTest.layer })))
    })
  )

  it.scoped("takes a slot of all, but is in nobody's list but its owner's", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const [alice, bob] = [yield* workspacesOf("alice"), yield* workspacesOf("bob")]
        const made = [yield* alice.create(), yield* alice.create()]
        const own = yield* bob.create()
        const { body, status, text } = yield* bob.post()
        assert.strictEqual(status, 409)
        assert.deepInclude(body, { code: "MAX_SESSIONS", maximum: 3, sessions: [own] })
        for (const { id, name } of made) {
          assert.notInclude(text, id)
          assert.notInclude(text, name)
        }
        // Names are one root's, whosever they are.
        yield* bob.destroy(own.id)
        const taken = yield* bob.post({ name: made[0]?.name })
        assert.deepInclude(taken.body, { _tag: "WorkspaceExistsError" })
        assert.notInclude(taken.text, made[0]?.id ?? "")
      }).pipe(Effect.provide(serverOf(rootAt(root, 3), { identity: IdentityOfTest.layer })))
    })
  )

  it.scoped("is reset by its owner's restore alone; one that was found is everybody's who has a token", () =>
    Effect.gen(function* () {
      const root = yield* makeRepository
      yield* Effect.gen(function* () {
        const [alice, bob, nobody] = [
          yield* workspacesOf("alice"),
          yield* workspacesOf("bob"),
          yield* workspacesOf()
        ]
        const made = yield* alice.create({ name: "mine" })
        yield* alice.update(made.id, { ptyPid: 7 })
        yield* git(root, "worktree", "add", "-b", "feature/found", `${root}/found`)
        const restore = yield* bob.restore
        assert.deepInclude(restore, { restored: [], lost: [], removed: [] })
        assert.notInclude(JSON.stringify(restore), made.id)
        assert.deepInclude(yield* alice.get(made.id), { status: "active", ptyPid: 7 })
        const [found = ""] = restore.adopted
        for (const caller of [alice, bob]) {
          const one = yield* caller.update(found, { currentPhase: "looked at" })
          assert.notProperty(one, "userId")
        }
        const seen: Exchange = { path: `/api/workspaces/${found}` }
        assert.strictEqual((yield* nobody.send(seen)).status, 401)
        assert.strictEqual((yield* nobody.send(posting("/api/workspaces/restore", ""))).status, 401)
        const { restored } = yield* alice.restore
        assert.sameMembers([...restored], [made.id, found])
      }).pipe(Effect.provide(serverOf(rootAt(root), { identity: IdentityOfTest.layer })))
    })
  )
})
