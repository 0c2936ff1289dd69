import { assert } from "@effect/vitest"
import { DateTime, Effect, FastCheck, Option, Predicate } from "effect"
import { SessionRepository } from "../../ports/session-repository.ts"
import type { SessionId } from "../../types/ids.ts"
import type { SessionList, SessionQuery } from "../../types/session-list.ts"
import { createSession, message, newUser, now, type SuiteIt } from "./fixtures.ts"

interface Act {
  readonly kind: "append" | "update" | "remove" | "create"
  readonly of: number
}

/** Sessions by their age in milliseconds, many of the same; and what happens after each page. */
interface Script {
  readonly ages: ReadonlyArray<number>
  readonly limit: number
  readonly acts: ReadonlyArray<ReadonlyArray<Act>>
}

const actArbitrary: FastCheck.Arbitrary<Act> = FastCheck.record({
  kind: FastCheck.constantFrom("append", "update", "remove", "create"),
  of: FastCheck.nat({ max: 9 })
})

const scriptArbitrary: FastCheck.Arbitrary<Script> = FastCheck.record({
  ages: FastCheck.array(FastCheck.nat({ max: 3 }), { minLength: 1, maxLength: 10 }),
  limit: FastCheck.integer({ min: 1, max: 4 }),
  acts: FastCheck.array(FastCheck.array(actArbitrary, { maxLength: 3 }), { maxLength: 10 })
})

type By = "cursor" | "offset"

/** Reads all pages; gives the ids that were seen, of the sessions that nobody touched, and these sessions' own. */
const readPages = Effect.fnUntraced(function* ({ acts, ages, limit }: Script, by: By) {
  const repository = yield* SessionRepository
  const caller = newUser()
  const userId = Option.some(caller.userId)
  const ids = yield* Effect.forEach(ages, (age) => {
    const updatedAt = DateTime.subtract(now, { millis: age })
    return Effect.map(createSession({ userId, createdAt: updatedAt, updatedAt }), ({ id }) => id)
  })
  const touched = new Set<SessionId>()
  let clock = now

  const act = Effect.fnUntraced(function* ({ kind, of }: Act) {
    clock = DateTime.add(clock, { millis: of % 2 })
    const id = ids[of]
    if (kind === "create" || id === undefined) {
      yield* createSession({ userId, updatedAt: clock })
    } else {
      touched.add(id)
      const done = {
        append: Effect.either(
          repository.append(caller, message(id, `m${clock.epochMillis}.${of}`), { now: clock })
        ),
        update: Effect.either(
          repository.update(caller, id, { metadata: { of, at: clock.epochMillis } }, { now: clock })
        ),
        remove: Effect.either(repository.remove(caller, id))
      } as const
      yield* done[kind]
    }
  })

  const seen: Array<SessionId> = []
  let query: SessionQuery | null = { limit }
  for (let page = 0; query !== null; page++) {
    const { nextCursor, sessions }: SessionList = yield* repository.list(caller, query)
    seen.push(...sessions.map(({ id }) => id))
    if (nextCursor === null) query = null
    else query = by === "cursor" ? { limit, cursor: nextCursor } : { limit, offset: (page + 1) * limit }
    yield* Effect.forEach(acts[page] ?? [], act)
  }
  const isUntouched = Predicate.not((id: SessionId) => touched.has(id))
  const initial = new Set(ids)
  return {
    seen: seen.filter((id) => isUntouched(id) && initial.has(id)).sort(),
    untouched: ids.filter(isUntouched).sort()
  }
})

/** Pages while others write. */
export const describePaging = (it: SuiteIt) => {
  it.effect.prop(
    "neither skips nor repeats a session that nobody touches between two pages",
    { script: scriptArbitrary },
    ({ script }) =>
      Effect.map(readPages(script, "cursor"), ({ seen, untouched }) => {
        assert.deepStrictEqual(seen, untouched)
      }),
    { fastCheck: { numRuns: 50 } }
  )

  it.effect("does so by offset, where the same test finds it", () =>
    Effect.gen(function* () {
      const scripts = FastCheck.sample(scriptArbitrary, { numRuns: 50, seed: 1 })
      const failures = yield* Effect.filter(
        scripts,
        Effect.fnUntraced(function* (script) {
          const { seen, untouched } = yield* readPages(script, "offset")
          return seen.join() !== untouched.join()
        })
      )
      assert.isNotEmpty(failures)
    })
  )
}
