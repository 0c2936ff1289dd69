import { assert, it } from "@effect/vitest"
import { RateLimiterInMemory } from "@workspace/domain/test-utils"
import { Array, Duration, Effect, Layer, Schema } from "effect"
import * as LimitedIdentity from "../../middleware/identity-limited.ts"
import * as IdentityOff from "../../middleware/identity-off.ts"
import { ask } from "../../test-utils/exchange.ts"
import * as IdentityOfTest from "../../test-utils/identity-of-test.ts"
import { operations } from "../../test-utils/open-api-operations.ts"
import { requests } from "../../test-utils/requests.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import * as UseCases from "./use-cases.ts"
import { ways } from "./ways.ts"

/** What nothing can bring about: these operations read nothing of a request and ask nobody. */
const neverHappens = ["health", "ready", "metrics"].flatMap((operation) =>
  ["ValidationError", "InternalError", "UnavailableError"].map((error) => `${operation} ${error}`)
)

const declared = operations
  .flatMap(({ operationId, responses }) =>
    Object.entries(responses).flatMap(([status, response]) =>
      [...JSON.stringify(response).matchAll(/#\/components\/schemas\/(\w+Error)"/g)].map(
        ([, error = ""]) => ({ operation: operationId, status: Number(status), error })
      )
    )
  )
  .filter(({ error, operation }) => !neverHappens.includes(`${operation} ${error}`))

const check = Effect.fnUntraced(function* ({ error, operation, status }: (typeof declared)[number]) {
  const request = requests[operation]
  const way = ways[error]
  assert(request !== undefined && way !== undefined, "no request or no way")
  const [schema, make] = way
  const reply = yield* ask(make(request))
  assert.strictEqual(reply.status, status, reply.text)
  assert.strictEqual(reply.headers["content-type"], "application/problem+json")
  assert.propertyVal(reply.body, "_tag", error)
  assert.propertyVal(reply.body, "status", status)
  yield* Schema.decodeUnknown(schema, { onExcessProperty: "error" })(reply.body)
})

const isError = (name: string) => (one: (typeof declared)[number]) => one.error === name

// Where there is a limit nothing else comes about; without tokens nobody is refused for a bad one, and with them
// nobody names itself.
const [unlimited, ofLimits] = Array.partition(declared, isError("RateLimitedError"))
const [others, ofTokens] = Array.partition(unlimited, isError("UnauthorizedError"))
const readiness = ServerInMemory.layerNotReady

it.layer(ServerInMemory.layerServer(UseCases.layer, { readiness }))("a declared error", (it) => {
  it.effect.each(others)("$operation $status $error is sent as declared", check)
})

it.layer(ServerInMemory.layerServer(UseCases.layer, { readiness, identity: IdentityOfTest.layer }))(
  "a declared error, with tokens",
  (it) => {
    it.effect.each(ofTokens)("$operation $status $error is sent as declared", check)
  }
)

const allUsedUp = LimitedIdentity.layer({ trustedProxies: 0 }).pipe(
  Layer.provide([IdentityOff.layer, RateLimiterInMemory.layer({ limit: 0, window: Duration.minutes(1) })])
)

it.layer(ServerInMemory.layerServer(UseCases.layer, { readiness, identity: allUsedUp }))(
  "a declared error, with limits",
  (it) => {
    it.effect.each(ofLimits)("$operation $status $error is sent as declared", check)
  }
)
