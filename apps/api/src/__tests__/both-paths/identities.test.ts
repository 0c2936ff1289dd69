import { assert, it } from "@effect/vitest"
import { AgentScripted, RateLimiterInMemory } from "@workspace/domain/test-utils"
import { Duration, Effect, Layer } from "effect"
import * as LimitedIdentity from "../../middleware/identity-limited.ts"
import * as IdentityOfTest from "../../test-utils/identity-of-test.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { BothServers, differenceAt, newSession } from "./both-servers.ts"
import { hotOperations, plainlyWritten } from "./plain-requests.ts"
import { bytesOf, withHeaders } from "./wire.ts"

const sessions = ServerInMemory.layerSessions(AgentScripted.says("Thank you."))

/** Ways to say, or not to say, who asks. */
const credentials = Effect.map(IdentityOfTest.bearer("alice"), ({ authorization }) => {
  const token = authorization.slice("Bearer ".length)
  return [
    [],
    [authorization],
    [`bearer ${token}`],
    [`BEARER ${token}`],
    [`Bearer  ${token}`],
    [`Bearer ${token} `],
    [`Bearer\t${token}`],
    [`Bearer ${token},${token}`],
    [`Bearer${token}`],
    [token],
    ["Bearer"],
    ["Bearer "],
    ["Bearer x"],
    [`Bearer ${token.slice(0, -2)}`],
    [`Bearer ${token}x`],
    [`Basic ${Buffer.from("alice:x").toString("base64")}`],
    [`Basic ${token}`],
    [""],
    ["Bearer \u00e9"],
    [`Bearer ${"x".repeat(5_000)}`],
    [authorization, authorization],
    [authorization, "Bearer x"],
    ["Bearer x", authorization]
  ].map((values) => values.map((value) => ["authorization", value] as const))
})

const differences = (name: string) =>
  Effect.gen(function* () {
    const found = yield* Effect.forEach(yield* credentials, (headers) =>
      Effect.forEach(hotOperations, (operation) =>
        Effect.gen(function* () {
          const request = withHeaders(plainlyWritten(operation, name), ...headers)
          return yield* differenceAt(`${operation} with ${JSON.stringify(headers)}`, bytesOf(request))
        })
      )
    )
    return found.flat(2)
  })

it.layer(BothServers.layer(sessions, { identity: IdentityOfTest.layer }))("with tokens", (it) => {
  it.effect("both ways of serving answer the same, whoever asks and however it says so", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* differences(yield* newSession), [])
    })
  )
})

const layerLimited = LimitedIdentity.layer({ trustedProxies: 0 }).pipe(
  Layer.provide([IdentityOfTest.layer, RateLimiterInMemory.layer({ limit: 40, window: Duration.minutes(1) })])
)

it.layer(BothServers.layer(sessions, { identity: layerLimited }))("with a limit", (it) => {
  it.effect("both ways of serving count the same, and refuse the same", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* differences("session_0_missing"), [])
      const { hot, platform } = yield* BothServers
      assert.isAbove(platform.atPlatform(), hot.atPlatform())
    })
  )
})
