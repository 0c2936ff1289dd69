import { assert, layer } from "@effect/vitest"
import { type Session, SessionId, SessionRepository, UserId } from "@workspace/domain"
import { asNobody, createTestSession } from "@workspace/domain/test-utils"
import { eq } from "drizzle-orm"
import { Effect, Layer, Option } from "effect"
import { Database } from "../client.ts"
import * as SessionOwnership from "../repositories/session-ownership.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { sessions } from "../schema.ts"
import { layerPostgres } from "../test-utils/layers.ts"

/** Makes a session, while another does something after each statement. Also says how many statements that took. */
const create = <E>(session: Session, meanwhile: Effect.Effect<unknown, E>) =>
  Effect.gen(function* () {
    const database = yield* Database
    let statements = 0
    const ownership = SessionOwnership.make({
      ...database,
      query: (run) => {
        statements += 1
        return Effect.zipLeft(database.query(run), Effect.orDie(meanwhile))
      }
    })
    const exit = yield* Effect.exit(ownership.create(session, Option.none()))
    return { exit, statements }
  })

let made = 0

/** A session of nobody that is stored with something of its own. */
const stored = Effect.gen(function* () {
  const repository = yield* SessionRepository
  made += 1
  const session = createTestSession({ id: SessionId.make(`session_0_again-${made}`) })
  yield* repository.create(createTestSession({ id: session.id, metadata: { first: true } }), Option.none())
  return { repository, session }
})

layer(SessionRepositoryPg.layer.pipe(Layer.provideMerge(layerPostgres)), {
  timeout: "60 seconds",
  excludeTestServices: true
})("a session that is made again", (it) => {
  it.effect("is made anew where it is removed at the same time", () =>
    Effect.gen(function* () {
      const { repository, session } = yield* stored
      const removed = Effect.option(repository.remove(asNobody, session.id))
      const { exit, statements } = yield* create(session, removed)
      assert.deepStrictEqual(yield* exit, session)
      assert.strictEqual(statements, 3)
    })
  )

  it.effect("is nobody else's who takes it at the same time, which is tried twice and no more", () =>
    Effect.gen(function* () {
      const { repository, session } = yield* stored
      const { client, query } = yield* Database
      const taken = query(() =>
        client
          .update(sessions)
          .set({ userId: UserId.make("other") })
          .where(eq(sessions.id, session.id))
      )
      const { exit, statements } = yield* create(session, taken)
      assert.include(`${yield* Effect.flip(Effect.sandbox(exit))}`, "somebody else's session")
      assert.strictEqual(statements, 4)
      const { userId } = (yield* repository.load(asNobody, session.id)).session
      assert.deepStrictEqual(userId, Option.some("other"))
    })
  )
})
