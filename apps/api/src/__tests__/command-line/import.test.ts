import { FetchHttpClient, FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, it, layer } from "@effect/vitest"
import type { ImportReport } from "@workspace/contracts"
import { SessionId, Title } from "@workspace/domain"
import { type Console, Effect, Option } from "effect"
import { inOrder } from "../../cli/arguments.ts"
import { importSessions } from "../../cli/import.ts"
import { answering, json } from "./answering.ts"

const id = SessionId.make("session_0_000000000000000000000")

const report: typeof ImportReport.Encoded = {
  dryRun: false,
  imported: 1,
  copied: 0,
  unchanged: 0,
  conflicts: 1,
  invalid: 1,
  records: [
    { record: 1, id, sessionId: id, outcome: "imported", messageCount: 12, title: "An evening\u001b[2J" },
    { record: 2, id, sessionId: id, outcome: "conflict" },
    { record: 3, outcome: "invalid", details: [{ path: "messages.2.content", message: "is required" }] }
  ]
}

const defaults = {
  dryRun: false,
  json: false,
  merge: false,
  onConflict: "refuse",
  title: Option.none()
} as const

/** What an import prints, and how it ends. */
const importing = Effect.fnUntraced(function* (options: Parameters<typeof importSessions.handler>[0]) {
  const printed: Array<string> = []
  const told: Array<string> = []
  const terminal: Console.Console = {
    ...(yield* Effect.console),
    log: (line) => Effect.sync(() => printed.push(String(line))),
    error: (line) => Effect.sync(() => told.push(String(line)))
  }
  const outcome = yield* Effect.either(Effect.withConsole(importSessions.handler(options), terminal))
  return { printed, told, outcome }
})

const fileWith = (content: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const file = `${yield* files.makeTempDirectoryScoped()}/all.ndjson`
    yield* files.writeFileString(file, content)
    return file
  })

layer(NodeContext.layer, { excludeTestServices: true })("an import", (it) => {
  it.scoped("sends the file, and tells what became of each session in it", () =>
    Effect.gen(function* () {
      const file = yield* fileWith("{}\n")
      let sent = ""
      const { asked, server } = yield* answering((response, request) => {
        request.on("data", (part) => {
          sent += part
        })
        request.on("end", () => json(response, report))
      })
      const title = Option.some(Title.make("All of them"))
      const { outcome, printed, told } = yield* importing({
        ...defaults,
        ...server,
        file,
        title,
        merge: true
      })
      assert.strictEqual(sent, "{}\n")
      assert.strictEqual(
        asked[0]?.url,
        "/api/sessions/import?dryRun=false&onConflict=refuse&merge=true&title=All+of+them"
      )
      assert.strictEqual(asked[0]?.headers["content-type"], "application/x-ndjson")
      assert.deepStrictEqual(printed, [
        `1\timported\t${id}\t12\tAn evening [2J`,
        `2\tconflict\t${id}\t-\t-`,
        "3\tinvalid\t-\t-\t-"
      ])
      assert.deepStrictEqual(told, [
        `Record 2: another session has the id ${id}`,
        "Record 3: messages.2.content is required",
        "1 imported, 0 copied, 0 unchanged, 1 in conflict, 1 invalid"
      ])
      assert.isTrue(outcome._tag === "Left" && outcome.left.message === "Not everything was imported.")
    })
  )

  it.scoped("prints the report as it is, when asked, and succeeds when nothing is refused", () =>
    Effect.gen(function* () {
      const file = yield* fileWith("{}\n")
      const good = { ...report, dryRun: true, conflicts: 0, invalid: 0, records: [] }
      const { server } = yield* answering((response) => json(response, good))
      const { outcome, printed, told } = yield* importing({ ...defaults, ...server, file, json: true })
      assert.deepStrictEqual(JSON.parse(printed.join("")), good)
      assert.deepStrictEqual(told, [
        "Nothing is stored. It would be: 1 imported, 0 copied, 0 unchanged, 0 in conflict, 0 invalid"
      ])
      assert.strictEqual(outcome._tag, "Right")
    })
  )

  it.scoped("waits for its answer for longer than fetch would, and has a key of its own", () =>
    Effect.gen(function* () {
      const file = yield* fileWith("{}\n")
      const { asked, server } = yield* answering((response, request) => {
        request.resume().on("end", () => json(response, { ...report, conflicts: 0, invalid: 0, records: [] }))
      })
      const once = importing({ ...defaults, ...server, file }).pipe(
        Effect.provideService(FetchHttpClient.Fetch, () =>
          Promise.reject(new TypeError("fetch failed", { cause: { code: "UND_ERR_HEADERS_TIMEOUT" } }))
        )
      )
      for (const { outcome } of yield* Effect.all([once, once])) assert.strictEqual(outcome._tag, "Right")
      const keys = asked.map(({ headers }) => headers["idempotency-key"])
      assert.lengthOf(new Set(keys.filter((key) => typeof key === "string" && key.length > 20)), 2)
    })
  )

  it.scoped.each(["", '{"dryRun":'])("whose answer breaks off after %j says so", (beginning) =>
    Effect.gen(function* () {
      const file = yield* fileWith("{}\n")
      const { server } = yield* answering((response, request) => {
        request.resume().on("end", () => {
          response.writeHead(200, { "content-type": "application/json", "content-length": 1_000 })
          response.flushHeaders()
          response.write(beginning)
          setImmediate(() => response.destroy())
        })
      })
      const { outcome } = yield* importing({ ...defaults, ...server, file })
      assert.match(outcome._tag === "Left" ? String(outcome.left.message) : "", /broke off/)
    })
  )

  it.scoped("says why a file is refused, or cannot be read", () =>
    Effect.gen(function* () {
      const file = yield* fileWith("{}\n")
      const refused = { title: "Invalid", detail: "No.", details: [{ path: "", message: "must be JSON" }] }
      const { server } = yield* answering((response) => json(response, refused, 400))
      const refusal = (file: string) =>
        Effect.map(importing({ ...defaults, ...server, file }), ({ outcome }) =>
          outcome._tag === "Left" ? String(outcome.left.message) : ""
        )
      assert.strictEqual(
        yield* refusal(file),
        "The server refuses (400 Invalid): No.\n  the file: must be JSON"
      )
      assert.match(yield* refusal(`${file}.no`), /all\.ndjson\.no cannot be read \(ENOENT\)\.$/)
      assert.strictEqual(yield* refusal("/"), "/ is a directory.")
    })
  )
})

it("takes the file before its options, or after them", () => {
  const line = ["node", "big-ocean", "import"]
  for (const file of ["all.ndjson", "-"]) {
    assert.deepStrictEqual(inOrder([...line, file, "--merge"]), [...line, "--merge", file])
    assert.deepStrictEqual(inOrder([...line, "--merge", file]), [...line, "--merge", file])
  }
  assert.deepStrictEqual(inOrder([...line, "--help"]), [...line, "--help"])
  assert.deepStrictEqual(inOrder(line), line)
})
