import { assert, it } from "@effect/vitest"
import { freshDatabase } from "@workspace/database/test-utils"
import { Array, Effect } from "effect"
import { inject } from "vitest"
import { exchange } from "../../test-utils/exchange.ts"
import * as BigOcean from "./big-ocean.ts"

const limit = 60

it.scopedLive("two processes on one database allow a caller as many requests as one does", () =>
  Effect.gen(function* () {
    const env = { DATABASE_URL: yield* freshDatabase(inject("postgresUrl")), RATE_LIMIT: String(limit) }
    const servers = yield* Effect.forEach([1, 2], () => BigOcean.serve({ env }), { concurrency: 2 })

    const statusesOf = (user: string) =>
      Effect.forEach(
        Array.range(1, limit).flatMap(() => servers),
        ({ origin }) => exchange(origin, { path: "/api/sessions?limit=1", headers: { "x-user-id": user } }),
        { concurrency: 8 }
      ).pipe(Effect.map(Array.map(({ status }) => status)))
    const fallbacks = () => servers.map(({ output }) => output().split("this process does").length)

    // On a busy machine the database may be too late for a count; the process says so, and another user is tried.
    const attempt = (user: number) =>
      Effect.gen(function* () {
        const before = fallbacks()
        const statuses = yield* statusesOf(`user-${user}`)
        return { statuses, isShared: fallbacks().join() === before.join() }
      })
    const { isShared, statuses } = yield* Effect.reduce(
      Array.range(1, 5),
      { isShared: false, statuses: Array.empty<number>() },
      (last, user) => (last.isShared ? Effect.succeed(last) : attempt(user))
    )

    assert.isTrue(isShared)
    assert.strictEqual(statuses.filter((status) => status === 200).length, limit)
    assert.strictEqual(statuses.filter((status) => status === 429).length, limit)
  })
)
