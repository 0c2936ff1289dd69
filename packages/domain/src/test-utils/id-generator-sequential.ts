import { Effect, Layer, Ref } from "effect"
import { IdGenerator } from "../ports/id-generator.ts"
import { MessageId, SessionId } from "../types/ids.ts"

const padded = (n: number) => String(n).padStart(21, "0")

/** `session_0_…1`, `msg_…2`, …: the same ids in every run. The answer to `x` is `x.answer`. */
export const layer = Layer.effect(
  IdGenerator,
  Effect.gen(function* () {
    const counter = yield* Ref.make(0)
    const next = Ref.updateAndGet(counter, (n) => n + 1)
    return {
      sessionId: Effect.map(next, (n) => SessionId.make(`session_0_${padded(n)}`)),
      messageId: Effect.map(next, (n) => MessageId.make(`msg_${padded(n)}`)),
      answerId: (question) => MessageId.make(`${question}.answer`)
    }
  })
)
