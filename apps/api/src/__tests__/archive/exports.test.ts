import { createConnection, type Socket } from "node:net"
import { gunzipSync } from "node:zlib"
import { assert } from "@effect/vitest"
import { parse } from "content-disposition"
import { Effect, Schema } from "effect"
import { originOf } from "../../test-utils/exchange.ts"
import { newCaller } from "../../test-utils/session-caller.ts"
import { onEveryStore } from "../../test-utils/stores.ts"
import { talk } from "./talk.ts"

const titles: ReadonlyArray<readonly [title: string, name: string | undefined]> = [
  ["A talk", "A talk.json"],
  ['a "quoted"; filename=x', "a _quoted_; filename=x.json"],
  ["two\r\nset-cookie: x=1", "two set-cookie_ x=1.json"],
  ["../../etc/passwd", "_.._etc_passwd.json"],
  ["a\\b:c*d?e<f>g|h", "a_b_c_d_e_f_g_h.json"],
  ["100%25 é", "100%25 é.json"],
  ["ünïcode 👩‍👩‍👧‍👦", "ünïcode 👩‍👩‍👧‍👦.json"],
  ["שלום עולם", "שלום עולם.json"],
  ["photo\u202Egnp.exe", "photo gnp.exe.json"],
  ["x".repeat(200), `${"x".repeat(200)}.json`],
  ["😀".repeat(200), `${"😀".repeat(50)}.json`],
  ["\u0007\u2028 ...", undefined],
  ["con", undefined],
  ["COM1.txt", undefined]
]

const Line = Schema.parseJson(Schema.Struct({ id: Schema.String }))
const idsIn = (text: string) =>
  Effect.forEach(text.trimEnd().split("\n"), (line) => Effect.map(Schema.decode(Line)(line), ({ id }) => id))

onEveryStore("an export", (it) => {
  it.effect.each(titles)("of %j is an attachment of a safe name", ([title, name]) =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { id } = yield* alice.create({ title })
      const { headers, status } = yield* alice.get(`/${id}/export`)
      assert.strictEqual(status, 200)
      const header = headers["content-disposition"] ?? ""
      assert.match(header, /^attachment; [\x20-\x7e]*$/)
      assert.strictEqual(parse(header).parameters["filename"], name ?? `${id}.json`)
      assert.match(parse(header, { extended: false }).parameters["filename"] ?? "", /^[\x20-\x7e]+$/)
      assert.isUndefined(headers["set-cookie"])
    })
  )

  it.effect("of one session is what a client can keep, until the session changes", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { file, id } = yield* talk(alice)
      const { headers } = yield* alice.get(`/${id}/export`)
      assert.deepInclude(headers, { "content-type": "application/json", vary: "accept-encoding" })
      assert.strictEqual(headers.etag, (yield* alice.get(`/${id}`)).headers.etag)
      const named = { "if-none-match": headers.etag ?? "" }
      assert.deepInclude(yield* alice.get(`/${id}/export`, named), { status: 304, text: "" })
      const head = yield* alice.head(`/${id}/export`)
      assert.deepInclude(head, { status: 200, text: "" })
      assert.strictEqual(head.headers.etag, headers.etag)
      yield* alice.append(id, "more")
      const { status, text } = yield* alice.get(`/${id}/export`, named)
      assert.strictEqual(status, 200)
      assert.notStrictEqual(text, file)
    })
  )

  it.effect.each([
    ["gzip", true],
    ["deflate, gzip;q=0.5", true],
    ["*", true],
    ["gzip;q=0", false],
    ["*;q=0", false],
    ["br", false],
    ["identity", false]
  ] as const)("is compressed for who accepts %s: %s", ([accepted, isCompressed]) =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { id } = yield* alice.create({})
      yield* alice.append(id, "x".repeat(60_000))
      const plain = yield* alice.get(`/${id}/export`)
      for (const path of [`/${id}/export`, "/export"]) {
        const reply = yield* alice.get(path, { "accept-encoding": accepted })
        assert.strictEqual(reply.headers["content-encoding"], isCompressed ? "gzip" : undefined)
        const bytes = isCompressed ? gunzipSync(reply.bytes) : reply.bytes
        if (path !== "/export") {
          assert.strictEqual(bytes.toString(), plain.text)
          assert.strictEqual(reply.headers["etag"], `${isCompressed ? "W/" : ""}${plain.headers.etag}`)
        } else assert.deepStrictEqual(yield* idsIn(bytes.toString()), [id])
      }
      const small = yield* alice.create({})
      const { headers } = yield* alice.get(`/${small.id}/export`, { "accept-encoding": accepted })
      assert.isUndefined(headers["content-encoding"])
    })
  )

  it.effect("of all has each of the caller's sessions on a line, as wanted", () =>
    Effect.gen(function* () {
      const [alice, bob] = [yield* newCaller, yield* newCaller]
      const talks = yield* Effect.replicateEffect(talk(alice), 3)
      yield* talk(bob)
      const { headers, text } = yield* alice.get("/export")
      assert.deepInclude(headers, {
        "content-type": "application/x-ndjson",
        "content-disposition": "attachment; filename=big-ocean-sessions.ndjson"
      })
      assert.sameMembers(
        yield* idsIn(text),
        talks.map(({ id }) => id)
      )
      const [{ id } = { id: "" }] = talks
      yield* alice.put(`/${id}`, { status: "completed" })
      assert.deepStrictEqual(yield* idsIn((yield* alice.get("/export?status=completed")).text), [id])
      assert.strictEqual((yield* alice.get("/export?productName=none")).text, "")
      const gzip = yield* alice.get("/export?gzip=true", { "accept-encoding": "gzip" })
      assert.deepInclude(gzip.headers, {
        "content-type": "application/gzip",
        "content-disposition": "attachment; filename=big-ocean-sessions.ndjson.gz"
      })
      assert.isUndefined(gzip.headers["content-encoding"])
      assert.strictEqual((yield* idsIn(gunzipSync(gzip.bytes).toString())).length, 3)
    })
  )

  it.effect("is cut where its session is deleted in the middle", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { id } = yield* alice.create({})
      // More than the buffers of both ends hold.
      yield* Effect.forEach(
        Array.from({ length: 400 }, (_, n) => n),
        () => alice.append(id, "x".repeat(65_000)),
        { concurrency: 8 }
      )
      const { hostname, port } = new URL(yield* originOf)
      let received = ""
      const socket = yield* Effect.async<Socket>((resume) => {
        const connection = createConnection(Number(port), hostname)
        connection.setEncoding("latin1").on("data", (text) => {
          received += text
        })
        connection.once("data", () => {
          connection.pause()
          resume(Effect.succeed(connection))
        })
        connection.on("error", () => undefined)
        connection.write(
          `GET /api/sessions/${id}/export HTTP/1.1\r\nhost: ${hostname}\r\nx-user-id: ${alice.userId}\r\n\r\n`
        )
      })
      assert.strictEqual((yield* alice.remove(`/${id}`)).status, 204)
      yield* Effect.async<void>((resume) => {
        socket.once("close", () => resume(Effect.void))
        socket.resume()
      })
      assert.match(received, /^HTTP\/1\.1 200 /)
      assert.isFalse(received.endsWith("0\r\n\r\n"))
      assert.notInclude(received, '"digest"')
    })
  )
})
