import { type ClientRequest, type IncomingMessage, request } from "node:http"
import { Deferred, Effect, Exit, Schema } from "effect"
import type { Exchange } from "./exchange.ts"

const Part = Schema.Struct(
  { type: Schema.String, delta: Schema.optional(Schema.String) },
  { key: Schema.String, value: Schema.Unknown }
)
const decodePart = Schema.decodeSync(Schema.parseJson(Part))

const eventsIn = (text: string) =>
  text
    .split("\n\n")
    // What comes after the last blank line is not whole.
    .slice(0, -1)
    .map((frame) => ({
      id: /^id: (.*)$/m.exec(frame)?.[1],
      data: /^data: (.*)$/m.exec(frame)?.[1] ?? ""
    }))

/** A stream of events as a plain client reads it, until the scope ends. `reads: false` never reads from its socket. */
export const open = Effect.fnUntraced(function* (
  origin: string,
  { body, headers = {}, method = "GET", path }: Exchange,
  { reads = true }: { readonly reads?: boolean } = {}
) {
  const { hostname, port } = new URL(origin)
  const answered = yield* Deferred.make<IncomingMessage, Error>()
  const ended = yield* Deferred.make<void>()
  const done = <A, E>(deferred: Deferred.Deferred<A, E>, exit: Exit.Exit<A, E>) =>
    Deferred.unsafeDone(deferred, exit)
  let text = ""
  const end = () => done(ended, Exit.void)
  const sent = yield* Effect.acquireRelease(
    Effect.sync((): ClientRequest => {
      const asked = request({ host: hostname, port, method, path, headers, agent: false }, (response) => {
        if (reads) {
          response.setEncoding("utf8").on("data", (piece: string) => {
            text += piece
          })
        }
        response.once("close", end).once("error", end)
        done(answered, Exit.succeed(response))
      })
      asked.once("error", (error) => {
        done(answered, Exit.fail(error))
        end()
      })
      asked.end(body)
      return asked
    }),
    (asked) => Effect.sync(() => asked.destroy())
  )
  const { statusCode } = yield* Effect.orDie(Deferred.await(answered))
  const parts = () =>
    eventsIn(text).flatMap(({ data }) => (data === "" || data === "[DONE]" ? [] : [decodePart(data)]))
  return {
    status: statusCode ?? 0,
    text: () => text,
    parts,
    /** The text of the reply as far as it has come. */
    told: () =>
      parts()
        .map(({ delta }) => delta ?? "")
        .join(""),
    isDone: () => text.endsWith("data: [DONE]\n\n"),
    lastId: () => eventsIn(text).findLast(({ id }) => id !== undefined)?.id ?? "",
    ended: Deferred.await(ended),
    leave: Effect.sync(() => void sent.destroy())
  }
})

/** Waits until a condition holds. */
export const until = (condition: () => boolean) =>
  Effect.repeat(Effect.sleep(20), { until: condition }).pipe(
    Effect.timeoutFail({ duration: "1 minute", onTimeout: () => "it does not come about" as const })
  )
