import { assert, it } from "@effect/vitest"
import type { Identity } from "@workspace/contracts"
import { RateLimiterInMemory } from "@workspace/domain/test-utils"
import { Array, Duration, Effect, Layer, Schema, TestClock, TestServices } from "effect"
import * as LimitedIdentity from "../../middleware/identity-limited.ts"
import * as IdentityOff from "../../middleware/identity-off.ts"
import { ask } from "../../test-utils/exchange.ts"
import * as IdentityOfTest from "../../test-utils/identity-of-test.ts"
import { operations } from "../../test-utils/open-api-operations.ts"
import { requests } from "../../test-utils/requests.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import * as UseCases from "./use-cases.ts"
import { ways } from "./ways.ts"
import * as Workspaces from "./workspaces.ts"

const declared = operations.flatMap(({ operationId, responses }) =>
  Object.entries(responses).flatMap(([status, { headers, ...response }]) =>
    [...JSON.stringify(response).matchAll(/#\/components\/schemas\/(\w+Error)"/g)].map(([, error = ""]) => ({
      operation: operationId,
      status: Number(status),
      error,
      // Of the conflicts only a request that is running says when to try again.
      headers: Object.keys(headers).filter(
        (_) => status !== "409" || error === "RequestRunningError" || _ !== "retry-after"
      )
    }))
  )
)

/** Whoever waits for another request does so by the clock of the test. */
const timePasses = Effect.forever(
  Effect.zipRight(TestClock.adjust("100 millis"), TestServices.provideLive(Effect.sleep("1 millis")))
)

const check = Effect.fnUntraced(function* ({ error, headers, operation, status }: (typeof declared)[number]) {
  const request = requests[operation]
  const way = ways[error]
  assert(request !== undefined && way !== undefined, "no request or no way")
  const [schema, make] = way
  const reply = yield* Effect.raceFirst(ask(make(request)), timePasses)
  assert.strictEqual(reply.status, status, reply.text)
  assert.strictEqual(reply.headers["content-type"], "application/problem+json")
  assert.containsAllKeys(reply.headers, headers)
  assert.propertyVal(reply.body, "_tag", error)
  assert.propertyVal(reply.body, "status", status)
  yield* Schema.decodeUnknown(schema, { onExcessProperty: "error" })(reply.body)
})

const isError = (name: string) => (one: (typeof declared)[number]) => one.error === name

// Where there is a limit nothing else comes about; without tokens nobody is refused for a bad one, and with them
// nobody names itself.
const [unlimited, ofLimits] = Array.partition(declared, isError("RateLimitedError"))
const [others, ofTokens] = Array.partition(unlimited, isError("UnauthorizedError"))
const layerServer = (identity: Layer.Layer<Identity>, limit: number) =>
  ServerInMemory.layerServer(UseCases.layer, {
    readiness: ServerInMemory.layerNotReady,
    uploads: UseCases.layerUploads,
    workspaces: Workspaces.layer,
    identity: LimitedIdentity.layer({ trustedProxies: 0 }).pipe(
      Layer.provide([identity, RateLimiterInMemory.layer({ limit, window: Duration.minutes(1) })])
    )
  })

it.layer(layerServer(IdentityOff.layer, 1_000))("a declared error", (it) => {
  it.effect.each(others)("$operation $status $error is sent as declared", check)
})

it.layer(layerServer(IdentityOfTest.layer, 1_000))("a declared error, with tokens", (it) => {
  it.effect.each(ofTokens)("$operation $status $error is sent as declared", check)
})

it.layer(layerServer(IdentityOff.layer, 0))("a declared error, with limits", (it) => {
  it.effect.each(ofLimits)("$operation $status $error is sent as declared", check)
})
