import { assert } from "@effect/vitest"
import { DateTime, Effect, FastCheck, Option, Runtime } from "effect"
import { SessionRepository } from "../../ports/session-repository.ts"
import type { SessionId } from "../../types/ids.ts"
import { AgentName, type SessionStatus, Title } from "../../types/session.ts"
import type { SessionList, SessionQuery } from "../../types/session-list.ts"
import { listOf } from "../listed.ts"
import { createSession, message, newUser, now, type SuiteIt } from "./fixtures.ts"

interface Act {
  readonly kind: "append" | "update" | "retitle" | "pause" | "remove" | "create"
  readonly of: number
}

/** A session by its age in milliseconds, many of the same, and by what filters look at. */
interface Kind {
  readonly age: number
  readonly status: SessionStatus
  readonly agent: AgentName
  readonly title: Title
}

/** Sessions, the list that is read of them, and what happens after each page. */
interface Script {
  readonly kinds: ReadonlyArray<Kind>
  readonly filter: Omit<SessionQuery, "limit">
  readonly limit: number
  readonly acts: ReadonlyArray<ReadonlyArray<Act>>
}

const status = FastCheck.constantFrom<Array<SessionStatus>>("active", "paused")
const agent = FastCheck.constantFrom(AgentName.make("nerin"), AgentName.make("other"))
const ago = (millis: number) => DateTime.subtract(now, { millis })

const scriptArbitrary: FastCheck.Arbitrary<Script> = FastCheck.record({
  kinds: FastCheck.array(
    FastCheck.record({
      age: FastCheck.nat({ max: 3 }),
      status,
      agent,
      title: FastCheck.constantFrom(Title.make("The sea"), Title.make("The land"))
    }),
    { minLength: 1, maxLength: 10 }
  ),
  filter: FastCheck.oneof(
    FastCheck.constant({}),
    FastCheck.record({ status }),
    FastCheck.record({ agent }),
    FastCheck.record({ q: FastCheck.constant("sea") }),
    FastCheck.record({ status, q: FastCheck.constant("the sea") }),
    FastCheck.nat({ max: 3 }).map((age) => ({ updatedBefore: ago(age) })),
    FastCheck.nat({ max: 3 }).map((age) => ({ createdAfter: ago(age) }))
  ),
  limit: FastCheck.integer({ min: 1, max: 4 }),
  acts: FastCheck.array(
    FastCheck.array(
      FastCheck.record({
        kind: FastCheck.constantFrom("append", "update", "retitle", "pause", "remove", "create"),
        of: FastCheck.nat({ max: 9 })
      }),
      { maxLength: 3 }
    ),
    { maxLength: 10 }
  )
})

type By = "cursor" | "offset"

/**
 * Reads all pages; gives the ids that were seen, of the sessions that nobody touched, and those of them that
 * the list has.
 */
const readPages = Effect.fnUntraced(function* ({ acts, filter, kinds, limit }: Script, by: By) {
  const repository = yield* SessionRepository
  const caller = newUser()
  const userId = Option.some(caller.userId)
  const ids = yield* Effect.forEach(kinds, ({ age, title, ...fields }) => {
    const updatedAt = ago(age)
    const session = { ...fields, userId, title: Option.some(title), createdAt: updatedAt, updatedAt }
    return Effect.map(createSession(session), ({ id }) => id)
  })
  // All on one page: nothing has been touched yet.
  const whole = yield* listOf(caller, { ...filter, limit: 200 })
  const touched = new Set<SessionId>()
  let clock = now

  const act = Effect.fnUntraced(function* ({ kind, of }: Act) {
    clock = DateTime.add(clock, { millis: of % 2 })
    const id = ids[of]
    if (kind === "create" || id === undefined) {
      yield* createSession({ userId, updatedAt: clock, title: Option.some(Title.make("The sea")) })
    } else {
      touched.add(id)
      const options = { now: clock }
      const metadata = { of, at: clock.epochMillis }
      const title = Option.some(Title.make(`The other sea ${of}`))
      const done = {
        append: Effect.either(repository.append(caller, message(id, `m${clock.epochMillis}.${of}`), options)),
        update: Effect.either(repository.update(caller, id, { metadata }, options)),
        retitle: Effect.either(repository.update(caller, id, { title }, options)),
        pause: Effect.either(repository.setStatus(caller, id, "paused", clock)),
        remove: Effect.either(repository.remove(caller, id))
      } as const
      yield* done[kind]
    }
  })

  const seen: Array<SessionId> = []
  let query: SessionQuery | null = { ...filter, limit }
  for (let page = 0; query !== null; page++) {
    const { nextCursor, sessions }: SessionList = yield* listOf(caller, query)
    assert.isBelow(page, 50, "It does not end")
    seen.push(...sessions.map(({ id }) => id))
    if (nextCursor === null) query = null
    else if (by === "cursor") query = { ...filter, limit, cursor: nextCursor }
    else query = { ...filter, limit, offset: (page + 1) * limit }
    yield* Effect.forEach(acts[page] ?? [], act)
  }
  const initial = new Set(ids)
  return {
    seen: seen.filter((id) => !touched.has(id) && initial.has(id)).sort(),
    untouched: whole.sessions
      .map(({ id }) => id)
      .filter((id) => !touched.has(id))
      .sort()
  }
})

/** Pages of a list while others write. */
export const describePaging = (it: SuiteIt) => {
  it.effect.prop(
    "neither skips nor repeats a session that nobody touches between two pages, whatever the list is narrowed to",
    { script: scriptArbitrary },
    ({ script }) =>
      Effect.map(readPages(script, "cursor"), ({ seen, untouched }) => {
        assert.deepStrictEqual(seen, untouched)
      }),
    { fastCheck: { numRuns: 75 } }
  )

  it.effect("does so by offset, where the same property fails for two sessions", () =>
    Effect.gen(function* () {
      const runPromise = Runtime.runPromise(yield* Effect.runtime<SessionRepository>())
      const property = FastCheck.asyncProperty(scriptArbitrary, async (script) => {
        const { seen, untouched } = await runPromise(readPages(script, "offset"))
        return seen.join() === untouched.join()
      })
      const { counterexample, failed } = yield* Effect.promise(() =>
        FastCheck.check(property, { seed: 1, numRuns: 75 })
      )
      assert.isTrue(failed)
      const [script] = counterexample ?? []
      assert.deepInclude(script, { limit: 1, filter: {} })
      assert.strictEqual(script?.kinds.length, 2)
      assert.strictEqual(script?.acts.flat().length, 1)
    })
  )
}
