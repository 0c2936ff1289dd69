import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import * as EventStream from "../../test-utils/event-stream.ts"
import { exchange, posting } from "../../test-utils/exchange.ts"
import { asConversation } from "../../test-utils/session-caller.ts"
import { counted } from "../../test-utils/talking-agent.ts"
import * as BigOcean from "./big-ocean.ts"
import * as Counting from "./counting.ts"

const { until } = EventStream

/** By whom the answers are given. */
const model = { provider: "openai", id: "gpt-test" }

const metadataOf = (messages: ReadonlyArray<{ readonly metadata: unknown }>) =>
  messages.map(({ metadata }) => metadata)

it.scopedLive("a talk on the embedded database survives whatever happens to its replies", () =>
  Effect.gen(function* () {
    const env = {
      ...(yield* Counting.environment(200)),
      DATA_DIR: yield* BigOcean.temporaryDirectory
    }
    const first = yield* BigOcean.serve({ env })
    const { origin } = first
    const thread = { threadId: "talk", resourceId: "me" }

    // Sent, and left in the middle.
    const sent = yield* EventStream.open(
      origin,
      posting("/api/chat", { ...thread, agent: "counter", message: "one" })
    )
    yield* until(() => sent.told().startsWith("1 2 3 "))
    yield* sent.leave
    const sessionId = /session_[\w-]+/.exec(sent.text())?.[0] ?? ""
    const stream = `/api/chat/${sessionId}/stream`
    const messages = (at: string, id = sessionId) =>
      Effect.map(
        Effect.flatMap(exchange(at, { path: `/api/sessions/${id}` }), asConversation),
        (_) => _.messages
      )

    // Come back to, in full and from where it was left.
    const [whole, rest] = yield* Effect.all(
      [
        exchange(origin, { path: stream }),
        EventStream.open(origin, { path: stream, headers: { "last-event-id": sent.lastId() } }).pipe(
          Effect.tap(({ ended }) => ended)
        )
      ],
      { concurrency: 2 }
    )
    assert.include(whole.text, '"finish"')
    assert.strictEqual(sent.told() + rest.told(), counted(200))
    assert.strictEqual((yield* exchange(origin, { path: stream })).status, 204)

    // Stopped.
    const second = yield* EventStream.open(origin, posting("/api/chat", { ...thread, message: "two" }))
    yield* until(() => second.told().startsWith("1 2 3 "))
    const stopped = yield* exchange(origin, posting(`/api/chat/${sessionId}/stop`, ""))
    yield* second.ended
    assert.propertyVal(stopped.body, "status", "cancelled")
    assert.strictEqual((yield* messages(origin)).at(-1)?.content, second.told())

    // Forked where it was before that.
    const forked = yield* exchange(
      origin,
      posting("/api/chat/fork", {
        forkFromThreadId: "talk",
        resourceId: "me",
        threadId: "fork",
        atSequence: 2,
        message: "other"
      })
    )
    const forkId = /session_[\w-]+/.exec(forked.text)?.[0] ?? ""
    assert.deepStrictEqual(
      (yield* messages(origin, forkId)).map(({ content }) => content),
      ["one", counted(200), "other", counted(200)]
    )

    // Killed in the middle.
    const third = yield* EventStream.open(origin, posting("/api/chat", { ...thread, message: "three" }))
    yield* until(() => third.told().startsWith("1 2 3 "))
    yield* first.kill

    const { origin: again } = yield* BigOcean.serve({ env })
    yield* Effect.repeat(Effect.zipRight(Effect.sleep(250), messages(again)), {
      until: (_) => _.length === 6
    })
    const kept = (yield* messages(again)).at(-1)
    assert.isTrue(kept?.content.startsWith(third.told()))
    assert.isTrue(counted(200).startsWith(kept?.content ?? "lost"))

    const regenerated = yield* exchange(
      again,
      posting("/api/chat", { sessionId, trigger: "regenerate-message" })
    )
    assert.strictEqual(regenerated.status, 200)
    const all = yield* messages(again)
    assert.deepStrictEqual(
      all.map(({ content, role }) => (role === "user" ? content : content.length)),
      [
        "one",
        counted(200).length,
        "two",
        second.told().length,
        "three",
        kept?.content.length,
        counted(200).length
      ]
    )
    assert.deepStrictEqual<unknown>(metadataOf(all), [
      {},
      { model },
      {},
      { model, reply: { status: "cancelled" } },
      {},
      { model, reply: { status: "interrupted" } },
      { model, reply: { regenerates: kept?.id } }
    ])
  })
)
