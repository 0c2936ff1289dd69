import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { asConversation, asList, asSession, newCaller } from "../../test-utils/session-caller.ts"
import type { SuiteIt } from "../../test-utils/stores.ts"

/** Another way for a session to go on. */
export const describeFork = (it: SuiteIt) => {
  it.effect("shares the messages up to the point, and has an ETag of its own", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const { id: parentId } = yield* caller.create({
        title: "Talk",
        metadata: { a: [1] },
        agentSessionId: "x"
      })
      for (const text of ["one", "two", "three"]) yield* caller.append(parentId, text, { metadata: { text } })
      const before = yield* Effect.flatMap(caller.get(`/${parentId}`), asConversation)
      const reply = yield* caller.post(`/${parentId}/fork`, { atSequence: 2 })
      assert.deepStrictEqual([reply.status, reply.headers.etag], [201, '"v1-2"'])
      const session = yield* asSession(reply)
      const { createdAt, id, updatedAt } = session
      assert.deepStrictEqual(session, {
        ...before.session,
        id,
        parentId,
        forkedAt: 2,
        messageCount: 2,
        scoredThrough: 2,
        agentSessionId: null,
        version: 1,
        createdAt,
        updatedAt
      })
      const fork = yield* Effect.flatMap(caller.get(`/${id}`), asConversation)
      assert.deepStrictEqual(fork, {
        session,
        messages: before.messages.slice(0, 2).map((message) => ({ ...message, sessionId: id }))
      })
      // Each goes its own way, also under one message id.
      yield* caller.append(id, "another three", { id: "own" })
      yield* caller.append(parentId, "four", { id: "own" })
      yield* caller.remove(`/${parentId}`)
      const after = yield* Effect.flatMap(caller.get(`/${id}`), asConversation)
      assert.deepStrictEqual(
        after.messages.map(({ content }) => content),
        ["one", "two", "another three"]
      )
      assert.strictEqual(after.session.parentId, parentId)
    })
  )

  it.effect("needs no body, and takes a title and an agent", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const { id } = yield* caller.create({ title: "Talk" })
      yield* caller.append(id, "one")
      yield* caller.put(`/${id}`, { status: "completed" })
      const whole = yield* Effect.flatMap(caller.post(`/${id}/fork`, ""), asSession)
      assert.deepInclude(whole, { title: "Talk", agent: "nerin", status: "active", forkedAt: 1 })
      const other = yield* caller.fork(whole.id, { atSequence: 0, title: "What if", agent: "other" })
      assert.deepInclude(other, { title: "What if", agent: "other", messageCount: 0, parentId: whole.id })
    })
  )

  it.effect("is refused beyond the end, and to an agent that there is not", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const { id } = yield* caller.create()
      const beyond = yield* caller.post(`/${id}/fork`, { atSequence: 1 })
      assert.strictEqual(beyond.status, 400)
      assert.deepInclude(beyond.body, { _tag: "ForkPointError", code: "VALIDATION_ERROR", messageCount: 0 })
      const unknown = yield* caller.post(`/${id}/fork`, { agent: "unknown" })
      assert.strictEqual(unknown.status, 400)
      assert.propertyVal(unknown.body, "_tag", "UnknownAgentError")
      assert.propertyVal((yield* caller.get("")).body, "count", 1)
    })
  )

  it.effect("is found by its parent, also when that is gone, by whoever owns it", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const { id } = yield* caller.create()
      const forks = [yield* caller.fork(id), yield* caller.fork(id)]
      const child = yield* caller.fork(forks[0]?.id ?? "")
      const ofParent = (parentId: string) =>
        Effect.map(Effect.flatMap(caller.get(`?parentId=${parentId}`), asList), ({ count, sessions }) => {
          assert.strictEqual(count, sessions.length)
          return sessions.map((session) => session.id)
        })
      yield* caller.remove(`/${id}`)
      assert.sameMembers(
        yield* ofParent(id),
        forks.map((fork) => fork.id)
      )
      assert.deepStrictEqual(yield* ofParent(forks[0]?.id ?? ""), [child.id])
      assert.deepStrictEqual(yield* ofParent(child.id), [])
      const another = yield* newCaller
      assert.propertyVal((yield* another.get(`?parentId=${id}`)).body, "count", 0)
    })
  )

  it.effect("is made once under a key, and its answer given again as long as there is the fork", () =>
    Effect.gen(function* () {
      const caller = yield* newCaller
      const { id } = yield* caller.create()
      yield* caller.append(id, "one")
      const key = { "idempotency-key": "fork" }
      const fork = (fields: object = {}) => caller.post(`/${id}/fork`, fields, key)
      const replies = yield* Effect.replicateEffect(fork(), 5, { concurrency: 5 })
      const [first] = replies
      assert(first !== undefined)
      for (const { headers, status, text } of replies) {
        assert.deepStrictEqual([status, text, headers.etag], [201, first.text, '"v1-1"'])
      }
      assert.strictEqual((yield* fork({ atSequence: 0 })).status, 422)
      yield* caller.append(id, "two")
      yield* caller.remove(`/${id}`)
      const again = yield* fork()
      assert.deepStrictEqual([again.status, again.text], [201, first.text])
      assert.strictEqual(again.headers["idempotency-replayed"], "true")
      yield* caller.remove(`/${(yield* asSession(first)).id}`)
      const { body, status } = yield* fork()
      assert.strictEqual(status, 404)
      assert.propertyVal(body, "sessionId", id)
    })
  )
}
