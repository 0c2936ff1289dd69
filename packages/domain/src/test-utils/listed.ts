import { assert } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { SessionRepository } from "../ports/session-repository.ts"
import type { Caller } from "../types/caller.ts"
import { SessionList, type SessionQuery } from "../types/session-list.ts"

const ListText = Schema.parseJson(SessionList)
const decoder = new TextDecoder("utf8", { fatal: true, ignoreBOM: true })

/** What the text of a list says, which must be just as its schema encodes that. */
export const readList = (bytes: Uint8Array) =>
  Effect.gen(function* () {
    const text = decoder.decode(bytes)
    const list = yield* Schema.decode(ListText)(text)
    assert.strictEqual(text, yield* Schema.encode(ListText)(list))
    return list
  }).pipe(Effect.orDie)

/** A list out of the store, whose text is just as its schema encodes it. */
export const listOf = (caller: Caller, query: SessionQuery) =>
  Effect.flatMap(SessionRepository, (repository) =>
    Effect.flatMap(repository.listText(caller, query), readList)
  )
