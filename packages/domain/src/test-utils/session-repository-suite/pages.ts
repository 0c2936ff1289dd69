import { assert } from "@effect/vitest"
import { Array, Effect } from "effect"
import { SessionRepository } from "../../ports/session-repository.ts"
import type { MessageRange } from "../../types/message.ts"
import { asNobody } from "../callers.ts"
import { appendMany, createSession, type SuiteIt } from "./fixtures.ts"

/** A history in pages, in both directions. */
export const describePages = (it: SuiteIt) => {
  it.effect.each<[MessageRange, ReadonlyArray<number>]>([
    [{ limit: 3 }, [1, 2, 3]],
    [{ limit: 200 }, [1, 2, 3, 4, 5, 6, 7]],
    [{ after: 0, limit: 1 }, [1]],
    [{ after: 3, limit: 3 }, [4, 5, 6]],
    [{ after: 6, limit: 3 }, [7]],
    [{ after: 7, limit: 3 }, []],
    [{ after: 2_147_483_647, limit: 3 }, []],
    [{ before: 8, limit: 3 }, [5, 6, 7]],
    [{ before: 2_147_483_647, limit: 2 }, [6, 7]],
    [{ before: 5, limit: 3 }, [2, 3, 4]],
    [{ before: 3, limit: 3 }, [1, 2]],
    [{ before: 1, limit: 3 }, []],
    [{ before: 0, limit: 3 }, []],
    [{ after: 2, before: 6, limit: 9 }, [3, 4, 5]],
    [{ after: 2, before: 6, limit: 2 }, [4, 5]],
    [{ after: 5, before: 3, limit: 1 }, []],
    [{ after: 5, before: 6, limit: 1 }, []]
  ])("gives the messages of %j", ([range, sequences]) =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      const messages = yield* appendMany(id, 7)
      const page = yield* repository.page(asNobody, id, range)
      assert.strictEqual(page.messageCount, 7)
      assert.deepStrictEqual(
        page.messages,
        Array.filter(messages, ({ sequence }) => sequences.includes(sequence))
      )
    })
  )

  it.effect("gives a page of a session without messages", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      for (const range of [{ limit: 1 }, { limit: 1, before: 1 }]) {
        const { messageCount, messages } = yield* repository.page(asNobody, id, range)
        assert.deepStrictEqual([messageCount, messages], [0, []])
      }
    })
  )
}
