import { SessionRepositoryPg } from "@workspace/database"
import { Caller, SessionList, SessionRepository } from "@workspace/domain"
import { Effect, Layer, Option, Schema } from "effect"

const ListText = Schema.parseJson(SessionList)

type Repository = SessionRepository["Type"]

/** Mistakes that a repository could make; each wraps the right one. */
export const bugs = {
  "an update that forgets the owner": ({ update }) => ({
    update: (_, id, change, options) => update(Caller.Trusted(), id, change, options)
  }),
  "a paused session that cannot be completed": ({ load, setStatus }) => ({
    setStatus: (caller, id, status, now) =>
      Effect.flatMap(load(caller, id), ({ session }) =>
        setStatus(caller, id, session.status === "paused" && status === "completed" ? "active" : status, now)
      )
  }),
  "a count of the page instead of the list": ({ listText }) => ({
    listText: (caller, query) =>
      Effect.gen(function* () {
        const page = yield* Schema.decode(ListText)(Buffer.from(yield* listText(caller, query)).toString())
        return Buffer.from(yield* Schema.encode(ListText)({ ...page, count: page.sessions.length }))
      }).pipe(Effect.orDie)
  }),
  "an append that does not look where the session ends": ({ append }) => ({
    append: (caller, message, { now, title }) => append(caller, message, { now, title })
  }),
  "a change that forgets its condition": ({ update }) => ({
    update: (caller, id, change, { now }) => update(caller, id, change, { now })
  }),
  "a claim that any token opens": ({ claim, create }) => {
    const hashes = new Map<string, Parameters<Repository["claim"]>[2]>()
    return {
      create: (session, hash) => {
        if (Option.isSome(hash)) hashes.set(session.id, hash.value)
        return create(session, hash)
      },
      claim: (userId, id, hash, now) => claim(userId, id, hashes.get(id) ?? hash, now)
    }
  }
} as const satisfies Record<string, (right: Repository) => Partial<Repository>>

export const layerWith = (bug: keyof typeof bugs) =>
  Layer.effect(
    SessionRepository,
    Effect.map(SessionRepository, (right) => ({ ...right, ...bugs[bug](right) }))
  ).pipe(Layer.provide(SessionRepositoryPg.layer))
