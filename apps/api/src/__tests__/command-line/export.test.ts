import { execFileSync } from "node:child_process"
import type { ServerResponse } from "node:http"
import { gunzipSync } from "node:zlib"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { SessionId } from "@workspace/domain"
import { ConfigProvider, Effect, Option } from "effect"
import { exportSessions } from "../../cli/export.ts"
import { answering, json } from "./answering.ts"

const id = SessionId.make("session_0_000000000000000000000")
const lines = Array.from({ length: 2_000 }, (_, n) => JSON.stringify({ n })).join("\n")

/** Begins a file, and sends so much of it. */
const begin = (response: ServerResponse, text: string) => {
  response.writeHead(200, { "content-type": "application/x-ndjson" })
  response.write(text)
}

const all = { all: true, gzip: false, session: Option.none<SessionId>() }
const one = { all: false, gzip: false, session: Option.some(id) }

/** A folder, and what is in it. */
const folder = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const path = yield* files.makeTempDirectoryScoped()
  const names = files.readDirectory(path)
  const read = (name: string) => Effect.map(files.readFile(`${path}/${name}`), Buffer.from)
  return { at: (name: string) => `${path}/${name}`, names, read }
})

/** A server with two sessions, whose export is sent as told. */
const exporting = (send: (response: ServerResponse) => void) =>
  answering((response, { url }) =>
    url?.startsWith("/api/sessions?") === true
      ? json(response, { sessions: [], count: 2, nextCursor: null })
      : send(response)
  )

layer(NodeContext.layer, { excludeTestServices: true })("an export", (it) => {
  it.scoped("is a file when it is whole, in the place of another", () =>
    Effect.gen(function* () {
      const { at, names, read } = yield* folder
      const { server } = yield* exporting((response) => {
        begin(response, lines.slice(0, 10_000))
        response.end(lines.slice(10_000))
      })
      yield* exportSessions.handler({ ...all, ...server, output: at("all.ndjson") })
      yield* exportSessions.handler({ ...all, ...server, output: at("all.ndjson") })
      assert.deepStrictEqual(yield* names, ["all.ndjson"])
      assert.strictEqual((yield* read("all.ndjson")).toString(), lines)
      const { mode } = yield* Effect.flatMap(FileSystem.FileSystem, (files) => files.stat(at("all.ndjson")))
      assert.strictEqual(mode & 0o777, 0o600)
    })
  )

  it.scoped("goes where a link leads, and into what is no file", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const { at, read } = yield* folder
      const { server } = yield* exporting((response) => {
        begin(response, lines)
        response.end()
      })
      yield* files.writeFileString(at("place"), "")
      yield* files.symlink(at("place"), at("link"))
      yield* exportSessions.handler({ ...all, ...server, output: at("link") })
      assert.strictEqual((yield* read("place")).toString(), lines)
      assert.strictEqual(yield* files.readLink(at("link")), at("place"))
      execFileSync("mkfifo", [at("pipe")])
      const [text] = yield* Effect.all(
        [files.readFileString(at("pipe")), exportSessions.handler({ ...all, ...server, output: at("pipe") })],
        { concurrency: 2 }
      )
      assert.strictEqual(text, lines)
    })
  )

  it.scoped("is compressed when it is asked for, or its name says so", () =>
    Effect.gen(function* () {
      const { at, read } = yield* folder
      const { server } = yield* exporting((response) => {
        begin(response, lines)
        response.end()
      })
      yield* exportSessions.handler({ ...all, ...server, output: at("all.ndjson.gz") })
      yield* exportSessions.handler({ ...all, ...server, gzip: true, output: at("all") })
      for (const name of ["all.ndjson.gz", "all"]) {
        assert.strictEqual(gunzipSync(yield* read(name)).toString(), lines)
      }
    })
  )

  it.scoped.each(["all.ndjson", "all.ndjson.gz"])(
    "that breaks off leaves no %s, but the one that was there",
    (name) =>
      Effect.gen(function* () {
        const { at, names, read } = yield* folder
        const files = yield* FileSystem.FileSystem
        yield* files.writeFileString(at(name), "mine")
        const { server } = yield* exporting((response) => {
          begin(response, lines)
          setImmediate(() => response.destroy())
        })
        const error = yield* Effect.flip(exportSessions.handler({ ...all, ...server, output: at(name) }))
        assert.strictEqual(error._tag, "CommandFailedError")
        assert.match(String(error.message), /broke off/)
        assert.deepStrictEqual(yield* names, [name])
        assert.strictEqual((yield* read(name)).toString(), "mine")
      })
  )

  it.scoped.each([
    [
      401,
      { title: "Unauthorized", detail: "Who are you?" },
      "(401 Unauthorized): Who are you?\nPut a token into BIG_OCEAN_TOKEN"
    ],
    [404, { title: "Session not found", detail: "No session." }, "(404 Session not found): No session."],
    [
      400,
      { title: "Invalid", detail: "It is.", details: [{ path: "sessionId", message: "must be one" }] },
      "(400 Invalid): It is.\n  sessionId: must be one"
    ],
    [502, "<html>", "is no Big Ocean: status 502"],
    [200, { hello: "world" }, undefined]
  ] as const)("that is answered with %i %j says so", ([status, body, told]) =>
    Effect.gen(function* () {
      const { at, names } = yield* folder
      const { server } = yield* answering((response) => json(response, body, status))
      const outcome = yield* Effect.either(exportSessions.handler({ ...one, ...server, output: at("one") }))
      if (told === undefined) return assert.strictEqual(outcome._tag, "Right")
      assert.isTrue(outcome._tag === "Left" && String(outcome.left.message).includes(told), String(outcome))
      assert.deepStrictEqual(yield* names, [])
    })
  )

  it.scoped("does not take the page of a proxy for a file", () =>
    Effect.gen(function* () {
      const { at, names } = yield* folder
      const { server } = yield* answering((response) => {
        response.writeHead(200, { "content-type": "text/html" })
        response.end("<html>")
      })
      for (const what of [all, one]) {
        const error = yield* Effect.flip(exportSessions.handler({ ...what, ...server, output: at("file") }))
        assert.match(String(error.message), /is no Big Ocean: status 200, text\/html/)
      }
      assert.deepStrictEqual(yield* names, [])
    })
  )

  it.scoped("names its user as the server wants", () =>
    Effect.gen(function* () {
      const { at } = yield* folder
      const { asked, server } = yield* answering((response) => json(response, {}))
      yield* Effect.withConfigProvider(
        exportSessions.handler({ ...one, ...server, output: at("one") }),
        ConfigProvider.fromMap(new Map([["BIG_OCEAN_TOKEN", "good"]]))
      )
      assert.strictEqual(asked[0]?.headers.authorization, "Bearer good")
      assert.strictEqual(asked[0]?.url, `/api/sessions/${id}/export`)
    })
  )

  it.scoped("says that no server is there, that nothing can be written, and what it needs", () =>
    Effect.gen(function* () {
      const { at } = yield* folder
      const { server } = yield* answering((response) => json(response, {}))
      const refusal = (options: Parameters<typeof exportSessions.handler>[0]) =>
        Effect.map(Effect.flip(exportSessions.handler(options)), ({ message }) => String(message))
      const { server: nobody } = yield* Effect.scoped(answering((response) => json(response, {})))
      assert.match(yield* refusal({ ...one, ...nobody, output: at("one") }), /^No answer from .*ECONNREFUSED/)
      assert.match(yield* refusal({ ...one, ...server, output: at("no/such/file") }), /cannot be written/)
      const needs = "Say either --session and its id, or --all."
      assert.strictEqual(yield* refusal({ ...one, all: true, ...server, output: "-" }), needs)
      assert.strictEqual(yield* refusal({ ...all, all: false, ...server, output: "-" }), needs)
    })
  )
})
