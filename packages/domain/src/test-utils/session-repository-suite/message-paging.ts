import { assert } from "@effect/vitest"
import { Array, Effect, FastCheck, Runtime } from "effect"
import { SessionRepository } from "../../ports/session-repository.ts"
import type { SessionId } from "../../types/ids.ts"
import type { MessagePage, MessageRange } from "../../types/message.ts"
import { asNobody } from "../callers.ts"
import { appendMany, createSession, message, now, type SuiteIt } from "./fixtures.ts"

/** A history, the size of its pages, and how many messages are added after each of them. */
interface History {
  readonly length: number
  readonly limit: number
  readonly added: ReadonlyArray<number>
}

const historyArbitrary: FastCheck.Arbitrary<History> = FastCheck.record({
  length: FastCheck.integer({ min: 1, max: 12 }),
  limit: FastCheck.integer({ min: 1, max: 5 }),
  added: FastCheck.array(FastCheck.nat({ max: 3 }), { maxLength: 6 })
})

/** Where a reader begins, and where it goes on after a page that is not empty. */
interface Reader {
  readonly begin: Omit<MessageRange, "limit">
  readonly next: (page: MessagePage, pages: number) => Omit<MessageRange, "limit">
}

const forwards: Reader = {
  begin: {},
  next: ({ messages }) => ({ after: messages.at(-1)?.sequence ?? 0 })
}

const backwards: Reader = {
  begin: { before: 2_147_483_647 },
  next: ({ messages }) => ({ before: messages.at(0)?.sequence ?? 0 })
}

/** Counts the messages from the end, as one counts pages by offset. */
const byCount = (limit: number): Reader => ({
  begin: { before: 2_147_483_647 },
  next: ({ messageCount }, pages) => ({ before: Math.max(0, messageCount - pages * limit + 1) })
})

/** Reads until an empty page; gives the sequences in each page. */
const readPages = Effect.fnUntraced(function* <R>(
  id: SessionId,
  limit: number,
  { begin, next }: Reader,
  afterPage: (pages: number) => Effect.Effect<void, never, R>
) {
  const repository = yield* SessionRepository
  const pages: globalThis.Array<ReadonlyArray<number>> = []
  let page = yield* Effect.orDie(repository.page(asNobody, id, { ...begin, limit }))
  while (page.messages.length > 0) {
    assert.isAtMost(page.messages.length, limit)
    assert.isBelow(pages.length, 40, "It does not end")
    pages.push(page.messages.map(({ sequence }) => sequence))
    yield* afterPage(pages.length)
    page = yield* Effect.orDie(repository.page(asNobody, id, { ...next(page, pages.length), limit }))
  }
  return pages
})

const append = Effect.fnUntraced(function* (id: SessionId, name: string, count: number) {
  const repository = yield* SessionRepository
  for (const n of Array.range(1, count)) {
    yield* Effect.orDie(repository.append(asNobody, message(id, `${name}.${n}`), { now }))
  }
})

const readWhileOneWrites = Effect.fnUntraced(function* ({ added, length, limit }: History, reader: Reader) {
  const { id } = yield* createSession()
  yield* appendMany(id, length)
  return yield* readPages(id, limit, reader, (pages) => {
    const count = added[pages - 1] ?? 0
    return count === 0 ? Effect.void : append(id, `after${pages}`, count)
  })
})

const upTo = (length: number) => Array.makeBy(length, (index) => index + 1)

/** Pages of a history while others append. */
export const describeMessagePaging = (it: SuiteIt) => {
  it.effect.prop(
    "gives each message once to whoever reads on after the last one, also those that come meanwhile",
    { history: historyArbitrary },
    ({ history }) =>
      Effect.gen(function* () {
        const pages = yield* readWhileOneWrites(history, forwards)
        const added = history.added.slice(0, pages.length)
        assert.deepStrictEqual(
          pages.flat(),
          upTo(history.length + added.reduce((sum, count) => sum + count, 0))
        )
      }),
    { fastCheck: { numRuns: 25 } }
  )

  it.effect.prop(
    "gives each message once to whoever reads back from the end, and none that comes meanwhile",
    { history: historyArbitrary },
    ({ history }) =>
      Effect.gen(function* () {
        const pages = yield* readWhileOneWrites(history, backwards)
        assert.deepStrictEqual(Array.reverse(pages).flat(), upTo(history.length))
      }),
    { fastCheck: { numRuns: 25 } }
  )

  it.effect("repeats messages to whoever counts them from the end, where the same property fails", () =>
    Effect.gen(function* () {
      const runPromise = Runtime.runPromise(yield* Effect.runtime<SessionRepository>())
      const property = FastCheck.asyncProperty(historyArbitrary, async (history) => {
        const pages = await runPromise(readWhileOneWrites(history, byCount(history.limit)))
        return pages.toReversed().flat().join() === upTo(history.length).join()
      })
      const { counterexample } = yield* Effect.promise(() =>
        FastCheck.check(property, { seed: 1, numRuns: 25 })
      )
      assert.deepStrictEqual(counterexample, [{ length: 2, limit: 1, added: [1] }])
    })
  )

  it.effect("has no hole for readers in either direction while several write at once", () =>
    Effect.gen(function* () {
      const repository = yield* SessionRepository
      const { id } = yield* createSession()
      yield* append(id, "first", 1)
      const writers = Array.makeBy(4, (n) => append(id, `writer${n}`, 15))

      const follow = Effect.gen(function* () {
        const read: globalThis.Array<number> = []
        while (read.length < 61) {
          const { messages } = yield* repository.page(asNobody, id, { after: read.length, limit: 3 })
          read.push(...messages.map(({ sequence }) => sequence))
        }
        assert.deepStrictEqual(read, upTo(61))
      })
      const lookBack = Effect.gen(function* () {
        const pages = yield* readPages(id, 3, backwards, () => Effect.void)
        const read = pages.toReversed().flat()
        assert.deepStrictEqual(read, upTo(read.length))
      })
      yield* Effect.all([...writers, follow, follow, Effect.replicateEffect(lookBack, 5)], {
        concurrency: "unbounded"
      })
    })
  )
}
