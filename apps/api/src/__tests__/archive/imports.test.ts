import { gzipSync } from "node:zlib"
import { assert } from "@effect/vitest"
import { Array, Effect } from "effect"
import { asConversation, asReport, newCaller, refusedFields } from "../../test-utils/session-caller.ts"
import { onEveryStore } from "../../test-utils/stores.ts"
import { talk } from "./talk.ts"

onEveryStore("an import", (it) => {
  it.effect("of many sessions stores each, as the caller's, and reports on each", () =>
    Effect.gen(function* () {
      const [alice, bob] = [yield* newCaller, yield* newCaller]
      const files = yield* Effect.replicateEffect(talk(bob, { remove: true }), 3)
      const body = files.map(({ line }) => line).join("\n")
      const report = yield* Effect.flatMap(alice.import(body), asReport)
      assert.deepStrictEqual<unknown>(report, {
        dryRun: false,
        ...{ imported: 3, copied: 0, unchanged: 0, conflicts: 0, invalid: 0 },
        records: files.map(({ id }, n) => ({
          record: n + 1,
          ...{ id, sessionId: id, outcome: "imported", messageCount: 3, title: "A talk" }
        }))
      })
      for (const { id } of files) {
        const { session } = yield* Effect.flatMap(alice.get(`/${id}`), asConversation)
        assert.strictEqual(session.userId, alice.userId)
        assert.strictEqual((yield* bob.get(`/${id}`)).status, 404)
      }
    })
  )

  it.effect("of the same file again changes nothing, in whatever form it comes", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { file, id, line } = yield* talk(alice, { remove: true })
      yield* alice.import(line)
      const { headers } = yield* alice.get(`/${id}`)
      const forms = [
        alice.import(line),
        alice.import(file, "", { "content-type": "application/json; charset=utf-8" }),
        alice.import(gzipSync(file), "", { "content-type": "application/gzip" }),
        alice.import(gzipSync(line), "", { "content-encoding": "gzip" }),
        alice.import(`\uFEFF${line}\r\n\r\n`, "?onConflict=copy")
      ]
      for (const form of forms) {
        assert.deepInclude(yield* Effect.flatMap(form, asReport), { unchanged: 1, copied: 0, imported: 0 })
      }
      assert.strictEqual((yield* alice.get(`/${id}`)).headers.etag, headers.etag)
    })
  )

  it.effect("refuses the id of another session, or makes one copy", () =>
    Effect.gen(function* () {
      const [alice, bob] = [yield* newCaller, yield* newCaller]
      // Of Bob it is still there.
      const { id, line } = yield* talk(bob)
      const before = yield* bob.export(id)
      const refused = yield* Effect.flatMap(alice.import(line), asReport)
      assert.deepInclude(refused, { imported: 0, conflicts: 1 })
      assert.deepInclude(refused.records[0], { outcome: "conflict", sessionId: id })
      const planned = yield* Effect.flatMap(alice.import(line, "?onConflict=copy&dryRun=true"), asReport)
      const copied = yield* Effect.flatMap(alice.import(line, "?onConflict=copy"), asReport)
      assert.deepStrictEqual(planned, { ...copied, dryRun: true })
      const copyId = copied.records[0]?.sessionId ?? ""
      assert.notStrictEqual(copyId, id)
      const { messages, session } = yield* Effect.flatMap(alice.get(`/${copyId}`), asConversation)
      assert.strictEqual(session.userId, alice.userId)
      assert.deepStrictEqual([...new Set(messages.map(({ sessionId }) => sessionId))], [copyId])
      const again = yield* Effect.flatMap(alice.import(line, "?onConflict=copy"), asReport)
      assert.deepInclude(again.records[0], { outcome: "unchanged", sessionId: copyId })
      assert.strictEqual(yield* bob.export(id), before)
    })
  )

  it.effect("in a dry run stores nothing", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { id, line } = yield* talk(alice, { remove: true })
      const planned = yield* Effect.flatMap(alice.import(line, "?dryRun=true"), asReport)
      assert.deepInclude(planned, { dryRun: true, imported: 1 })
      assert.strictEqual((yield* alice.get(`/${id}`)).status, 404)
    })
  )

  it.effect("takes the good records of a file with bad ones, and refuses a file without good ones", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { id, line } = yield* talk(alice, { remove: true })
      const body = ["{}", line, '{"format":"big-ocean-session","version":2}', line.slice(0, -50)].join("\n")
      const report = yield* Effect.flatMap(alice.import(body), asReport)
      assert.deepInclude(report, { imported: 1, invalid: 3 })
      assert.deepStrictEqual(
        report.records.map(({ outcome }) => outcome),
        ["invalid", "imported", "invalid", "invalid"]
      )
      assert.strictEqual((yield* alice.get(`/${id}`)).status, 200)
      const refused = yield* alice.import(`{}\n${line.slice(5)}`)
      assert.deepStrictEqual(yield* refusedFields(refused), ["1.format", "2"])
    })
  )

  it.effect("by many at once stores a session once", () =>
    Effect.gen(function* () {
      const [alice, bob] = [yield* newCaller, yield* newCaller]
      const { id, line } = yield* talk(alice, { remove: true })
      const replies = yield* Effect.all(
        Array.makeBy(8, (n) => (n % 2 === 0 ? alice : bob).import(line)),
        { concurrency: "unbounded" }
      )
      const reports = yield* Effect.forEach(replies, asReport)
      assert.strictEqual(
        reports.reduce((sum, { imported }) => sum + imported, 0),
        1
      )
      const outcomes = reports.map(({ records }) => records[0]?.outcome)
      assert.strictEqual(outcomes.filter((_) => _ === "unchanged").length, 3)
      assert.strictEqual(outcomes.filter((_) => _ === "conflict").length, 4)
      const statuses = yield* Effect.forEach([alice, bob], ({ get }) => get(`/${id}`))
      assert.sameMembers(
        statuses.map(({ status }) => status),
        [200, 404]
      )
    })
  )

  it.effect("takes no session of an id that stands for something else in a path", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { id, line } = yield* talk(alice, { remove: true })
      for (const word of ["unknown", "export", "import"]) {
        const refused = yield* alice.import(line.replaceAll(id, word))
        assert.strictEqual(refused.status, 400)
      }
    })
  )

  it.effect("merges the files of several people, and does so once", () =>
    Effect.gen(function* () {
      const [alice, bob, carol] = [yield* newCaller, yield* newCaller, yield* newCaller]
      const talks = [yield* talk(bob, { title: "Bob" }), yield* talk(carol, { title: "Carol" })]
      const body = talks.map(({ line }) => line).join("\n")
      const planned = yield* Effect.flatMap(
        alice.import(body, "?merge=true&title=Both&dryRun=true"),
        asReport
      )
      const merged = yield* Effect.flatMap(alice.import(body, "?merge=true&title=Both"), asReport)
      assert.deepStrictEqual(planned, { ...merged, dryRun: true })
      assert.strictEqual(merged.imported, 2)
      const [id = "", ...others] = new Set(merged.records.map(({ sessionId }) => sessionId))
      assert.isEmpty(others)
      const { messages, session } = yield* Effect.flatMap(alice.get(`/${id}`), asConversation)
      assert.deepInclude(session, { userId: alice.userId, title: "Both", messageCount: 6 })
      const times = messages.map(({ createdAt }) => createdAt)
      assert.deepStrictEqual(times, times.toSorted())
      const sources = messages.map(({ metadata }) => JSON.stringify(metadata["source"]))
      for (const { id: from } of talks) {
        assert.strictEqual(sources.filter((source) => source.includes(from)).length, 3)
      }
      const again = yield* Effect.flatMap(alice.import(body, "?merge=true"), asReport)
      assert.deepInclude(again, { imported: 0, unchanged: 2 })
      // The merged session is a session like any other.
      const file = yield* alice.export(id)
      yield* alice.remove(`/${id}`)
      yield* alice.import(file)
      assert.strictEqual(yield* alice.export(id), file)
    })
  )

  it.effect("merges nothing when one record is bad", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { line } = yield* talk(alice, { remove: true })
      const refused = yield* alice.import(`${line}\n{}`, "?merge=true")
      assert.deepStrictEqual(yield* refusedFields(refused), ["2.format"])
      const list = yield* alice.get("")
      assert.propertyVal(list.body, "count", 0)
      assert.deepStrictEqual(yield* refusedFields(yield* alice.import("", "?merge=true")), [""])
    })
  )

  it.effect("under a key is done once, and answered in the same words", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { id, line } = yield* talk(alice, { remove: true })
      const key = { "idempotency-key": `import of ${id}` }
      const first = yield* alice.import(line, "", key)
      yield* alice.remove(`/${id}`)
      const again = yield* alice.import(line, "", key)
      assert.deepStrictEqual([again.status, again.text], [200, first.text])
      assert.strictEqual(again.headers["idempotency-replayed"], "true")
      // It was not done again.
      assert.strictEqual((yield* alice.get(`/${id}`)).status, 404)
      for (const other of [alice.import(`${line}\n`, "", key), alice.import(line, "?dryRun=true", key)]) {
        const { body, status } = yield* other
        assert.strictEqual(status, 422)
        assert.propertyVal(body, "_tag", "IdempotencyMismatchError")
      }
      // What was refused is not kept.
      const wrong = { "idempotency-key": `wrong import of ${id}` }
      assert.strictEqual((yield* alice.import("{}", "", wrong)).status, 400)
      const bobs = yield* Effect.flatMap(newCaller, (bob) => bob.import(line, "", key))
      assert.isUndefined(bobs.headers["idempotency-replayed"])
    })
  )
})
