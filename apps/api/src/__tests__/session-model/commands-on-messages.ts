import { stringify } from "node:querystring"
import { isDeepStrictEqual } from "node:util"
import { assert } from "@effect/vitest"
import { FastCheck } from "effect"
import { posting } from "../../test-utils/exchange.ts"
import { givesNewMessage, isMissing, refuses } from "./answers.ts"
import { type Command, commandOnSession, mostlyOwner } from "./command.ts"
import { isVisible, titleOf } from "./model.ts"

const { constantFrom, integer, nat } = FastCheck

const long = "many a word that is neither short nor very long ".repeat(4)
const contents = constantFrom("The calm sea", "sea", "  Calm\n\tsea ", " \n", "🌊".repeat(81), long)

const append = commandOnSession(
  "append",
  mostlyOwner,
  FastCheck.record({
    body: FastCheck.record(
      {
        id: constantFrom("m1", "m2"),
        role: constantFrom("user", "assistant", "system"),
        content: contents,
        metadata: constantFrom<Array<object>>({}, { item: 1 })
      },
      { requiredKeys: ["role", "content"] }
    ),
    /** Where the caller thinks that the session ends, before or after where it does. */
    expects: FastCheck.option(constantFrom(0, -1, 1))
  }),
  async ({ args: { body, expects }, ask, session, who }) => {
    const end = session.messages.length
    const expectedSequence = expects === null ? undefined : Math.max(0, end + expects)
    const reply = await ask(posting(`/api/sessions/${session.id}/messages`, { ...body, expectedSequence }))
    if (!isVisible(who, session)) return isMissing(reply, session)
    const wanted = { metadata: {}, ...body }
    const stored = session.messages.find((message) => message.id === body.id)
    if (stored !== undefined) {
      if (!isDeepStrictEqual(stored, { ...stored, ...wanted })) {
        return refuses(reply, 422, "IDEMPOTENCY_MISMATCH", { messageId: stored.id })
      }
      return assert.deepStrictEqual([reply.status, reply.body], [201, stored])
    }
    if (session.status !== "active") {
      return refuses(reply, 400, "INVALID_STATE", { currentStatus: session.status })
    }
    if (expectedSequence !== undefined && expectedSequence !== end) {
      return refuses(reply, 409, "CONFLICT", {
        messages: session.messages.slice(expectedSequence),
        messageCount: end
      })
    }
    givesNewMessage(session, reply, wanted, body.role === "user" ? titleOf(body.content) : null)
  }
)

const page = commandOnSession(
  "page",
  mostlyOwner,
  FastCheck.record(
    { after: nat({ max: 5 }), before: integer({ min: 1, max: 5 }), limit: constantFrom(1, 2, 200) },
    { requiredKeys: [] }
  ),
  async ({ args, ask, session, who }) => {
    const query = stringify(args)
    const reply = await ask({ path: `/api/sessions/${session.id}/messages?${query}` })
    if (!isVisible(who, session)) return isMissing(reply, session)
    const { after = 0, before, limit = 50 } = args
    const between = session.messages.filter(
      ({ sequence }) => sequence > after && sequence < (before ?? Infinity)
    )
    const messages = before === undefined ? between.slice(0, limit) : between.slice(-limit)
    assert.deepStrictEqual(
      [reply.status, reply.body],
      [200, { messages, messageCount: session.messages.length }]
    )
  }
)

/** What adds and shows messages. */
export const onMessages: ReadonlyArray<FastCheck.Arbitrary<Command>> = [append, append, append, append, page]
