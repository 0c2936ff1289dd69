import { assert, layer } from "@effect/vitest"
import { MessageContent, MessageId, type SessionChange, Title } from "@workspace/domain"
import { asNobody } from "@workspace/domain/test-utils"
import { DateTime, Effect, Fiber, Layer, Option } from "effect"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import { layerPostgres } from "../test-utils/layers.ts"
import { lockedSession } from "./locked-session.ts"

const now = DateTime.unsafeMake(0)

layer(SessionRepositoryPg.layer.pipe(Layer.provideMerge(layerPostgres)), {
  timeout: "60 seconds",
  excludeTestServices: true
})("whoever waits for a session", (it) => {
  it.effect("knows a message that was stored and a pause that was set meanwhile", () =>
    Effect.gen(function* () {
      const { id, queue, released, repository } = yield* lockedSession()
      const append = repository.append(
        asNobody,
        {
          id: MessageId.make("m1"),
          sessionId: id,
          role: "user",
          content: MessageContent.make("x"),
          metadata: {}
        },
        { now }
      )
      const first = yield* queue(append)
      const pause = yield* queue(repository.setStatus(asNobody, id, "paused", now))
      const second = yield* queue(append)
      yield* released
      const stored = yield* Fiber.join(first)
      assert.strictEqual((yield* Fiber.join(pause)).status, "paused")
      assert.deepStrictEqual(yield* Fiber.join(second), stored)
    })
  )

  const title = (text: string) => Option.some(Title.make(text))
  const changes: ReadonlyArray<readonly [string, SessionChange, SessionChange]> = [
    ["status", { status: "paused" }, { status: "active" }],
    ["title", { title: title("Other") }, { title: Option.none() }],
    ["metadata", { metadata: { a: 1 } }, { metadata: {} }],
    ["agent's session id", { agentSessionId: Option.some("a") }, { agentSessionId: Option.none() }]
  ]

  it.effect.each(changes)("changes the %s back that somebody changed meanwhile", ([, there, back]) =>
    Effect.gen(function* () {
      const { id, queue, released, repository } = yield* lockedSession()
      const before = (yield* repository.load(asNobody, id)).session
      const first = yield* queue(repository.update(asNobody, id, there, { now }))
      const second = yield* queue(repository.update(asNobody, id, back, { now }))
      yield* released
      yield* Fiber.join(first)
      const answer = yield* Fiber.join(second)
      assert.deepStrictEqual({ ...answer }, { ...before, version: before.version + 2 })
      assert.deepStrictEqual((yield* repository.load(asNobody, id)).session, answer)
    })
  )
})
