import { assert, it } from "@effect/vitest"
import { Array, Effect, Schema, TestClock, TestServices } from "effect"
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

/** Whoever waits for another request does so by the clock of the test. */
const timePasses = Effect.forever(
  Effect.zipRight(TestClock.adjust("100 millis"), TestServices.provideLive(Effect.sleep("1 millis")))
)

const check = Effect.fnUntraced(function* ({ error, operation, status }: (typeof declared)[number]) {
  const request = requests[operation]
  const way = ways[error]
  assert(request !== undefined && way !== undefined, "no request or no way")
  const [schema, make] = way
  const reply = yield* Effect.raceFirst(ask(make(request)), timePasses)
  assert.strictEqual(reply.status, status, reply.text)
  assert.strictEqual(reply.headers["content-type"], "application/problem+json")
  assert.propertyVal(reply.body, "_tag", error)
  assert.propertyVal(reply.body, "status", status)
  yield* Schema.decodeUnknown(schema, { onExcessProperty: "error" })(reply.body)
})

// Without tokens nobody is refused for a bad one, and with them nobody names itself.
const [others, ofTokens] = Array.partition(declared, ({ error }) => error === "UnauthorizedError")
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
