import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { freshDatabase } from "@workspace/database/test-utils"
import { Effect } from "effect"
import { inject } from "vitest"
import { exchange } from "../../test-utils/exchange.ts"
import * as BigOcean from "./big-ocean.ts"
import { connect, layerClient } from "./client.ts"

it.scopedLive("a talk is exported, deleted, imported, and goes on", () =>
  Effect.gen(function* () {
    const folder = yield* BigOcean.temporaryDirectory
    const { origin } = yield* BigOcean.serve({
      env: {
        DATABASE_URL: yield* freshDatabase(inject("postgresUrl")),
        ARCHIVE_DIR: join(folder, "sessions")
      }
    })
    const { load, send, start } = yield* connect(origin)
    const sessionId = yield* start
    yield* send(sessionId, "1")
    const before = yield* load(sessionId)

    // Where the server is, the commands learn from PORT.
    const env = { PORT: new URL(origin).port }
    const command = (...args: ReadonlyArray<string>) => BigOcean.run(args, { env })
    const file = join(folder, "all.ndjson.gz")
    const exported = yield* command("export", "--all", "--output", file)
    assert.deepStrictEqual(exported, { code: 0, output: "" })
    const one = yield* command("export", "--session", sessionId)
    assert.strictEqual(one.code, 0)
    assert.propertyVal(JSON.parse(one.output), "id", sessionId)

    yield* exchange(origin, { method: "DELETE", path: `/api/sessions/${sessionId}` })
    const imported = yield* command("import", file, "--url", origin)
    assert.strictEqual(imported.code, 0, imported.output)
    assert.include(imported.output, `1\timported\t${sessionId}\t2\t`)
    assert.deepStrictEqual((yield* load(sessionId)).messages, before.messages)
    assert.strictEqual((yield* send(sessionId, "2")).sequence, 4)

    yield* exchange(origin, {
      method: "POST",
      path: "/api/session/save",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ sessionId })
    })
    const listed = yield* command("archive", "ls")
    assert.strictEqual(listed.code, 0, listed.output)
    assert.match(listed.output, new RegExp(`^${sessionId}  active +\\d+ % +4 messages  20`))
    assert.deepStrictEqual(yield* Effect.promise(() => readdir(folder)), ["all.ndjson.gz", "sessions"])
    const saved = yield* Effect.promise(() => readFile(join(folder, "sessions", `${sessionId}.json`), "utf8"))
    assert.propertyVal(JSON.parse(saved), "id", sessionId)
  }).pipe(Effect.provide(layerClient))
)
