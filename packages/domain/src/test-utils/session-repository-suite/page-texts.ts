import { assert } from "@effect/vitest"
import { assertEquals } from "@effect/vitest/utils"
import { Effect, Option, Schema } from "effect"
import { SessionNotFoundError } from "../../errors/session.ts"
import { SessionRepository } from "../../ports/session-repository.ts"
import { MessageContent, MessagePage } from "../../types/message.ts"
import { asAnonymous, asNobody } from "../callers.ts"
import { createSession, message, newUser, now, type SuiteIt } from "./fixtures.ts"
import { contents, decoder, metadata } from "./text-samples.ts"

const encodePage = Schema.encode(Schema.parseJson(MessagePage))

/** Pages of messages as they are sent: the bytes that the contract would give for what `page` gives. */
export const describePageTexts = (it: SuiteIt) => {
  it.effect("gives pages as their schema encodes them", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const ranges = [
        { limit: 3 },
        { limit: 3, after: 2 },
        { limit: 2, before: 5 },
        { limit: 9, before: 5, after: 2 },
        { limit: 2, before: 1 },
        { limit: 2, after: 9 }
      ]
      const same = Effect.forEach(ranges, (range) =>
        Effect.gen(function* () {
          const bytes = yield* repository.pageText(asNobody, id, range)
          const page = yield* repository.page(asNobody, id, range)
          assert.strictEqual(decoder.decode(bytes), yield* encodePage(page))
        })
      )
      yield* same
      for (const [index, content] of contents.entries()) {
        yield* repository.append(
          asNobody,
          message(id, `p${index}`, {
            content: MessageContent.make(content),
            metadata: metadata[index % metadata.length] ?? {}
          }),
          { now }
        )
      }
      yield* same
      const hidden = yield* createSession({ userId: Option.some(newUser().userId) })
      assertEquals(
        yield* Effect.flip(repository.pageText(asAnonymous, hidden.id, { limit: 1 })),
        new SessionNotFoundError({ sessionId: hidden.id })
      )
    })
  )
}
