import { execFile } from "node:child_process"
import { rename } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, it } from "@effect/vitest"
import { freshDatabase } from "@workspace/database/test-utils"
import { Effect, Schedule, Schema } from "effect"
import { inject } from "vitest"
import { exchange, posting } from "../../test-utils/exchange.ts"
import * as BigOcean from "./big-ocean.ts"

const Started = Schema.Struct({ sessionId: Schema.String })

const project = fileURLToPath(new URL("../../../", import.meta.url))
const execute = promisify(execFile)

it.scopedLive("what is built runs wherever it is copied, with nothing but Node", () =>
  Effect.gen(function* () {
    const folder = yield* BigOcean.temporaryDirectory
    const [built, copy] = [join(folder, "built"), join(folder, "app")]
    yield* Effect.promise(() => execute(process.execPath, ["build.mjs", built], { cwd: project }))
    yield* Effect.promise(() => rename(built, copy))
    const options = {
      env: {
        DATABASE_URL: yield* freshDatabase(inject("postgresUrl")),
        NODE_ENV: "production",
        AUTH_JWT_SECRET: "a secret of more than thirty-two bytes",
        AUTH_JWT_ISSUER: "big-ocean",
        AUTH_JWT_AUDIENCE: "big-ocean"
      },
      program: [join(copy, "main.js")]
    }

    const migrated = yield* BigOcean.run(["migrate"], options)
    assert.strictEqual(migrated.code, 0, migrated.output)
    const { ended, origin, output, signal } = yield* BigOcean.serve(options)
    const started = yield* exchange(origin, posting("/api/assessment/start", { language: "fr" }))
    assert.strictEqual(started.status, 201)
    // Questions and texts come from packages that load them by name.
    const { sessionId } = yield* Schema.decodeUnknown(Started)(started.body)
    const say = (message: string) =>
      exchange(origin, posting("/api/assessment/message", { sessionId, message }))
    assert.include((yield* say("Bonjour")).text, "5 = Fortement en accord")
    yield* say("5")
    const results = yield* exchange(origin, { path: `/api/assessment/sessions/${sessionId}/results` }).pipe(
      Effect.filterOrFail(({ status }) => status !== 400),
      Effect.retry(Schedule.spaced("20 millis"))
    )
    assert.strictEqual(results.status, 200, results.text)
    assert.nestedPropertyVal(results.body, "traits.neuroticism.title", "Névrosisme")
    assert.nestedPropertyVal(results.body, "traits.openness.answers", 1)
    const page = yield* exchange(origin, { path: "/docs" })
    assert.include(page.text, "<title>Big Ocean")
    yield* signal("SIGTERM")
    assert.strictEqual(yield* ended, 0)
    for (const line of output().trim().split("\n")) assert.match(line, /^\{.*\}$/)

    // The embedded database is for development, and not a part of it.
    const embedded = yield* BigOcean.run(["migrate"], { ...options, env: { DATA_DIR: join(copy, "data") } })
    assert.strictEqual(embedded.code, 1)
  })
)
