import { Agent, request } from "node:http"
import { Effect } from "effect"
import { BenchError } from "./bench-error.ts"

/** One request, and what makes its answer right. */
export interface Exchange {
  readonly port: number
  readonly method: "GET" | "POST"
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** 200 when left out. */
  readonly status?: number
  /** How long the answer's body must be; any length when left out. */
  readonly bytes?: number | undefined
}

/** Connections that are kept from one exchange to the next. */
export const keepAlive = Effect.acquireRelease(
  Effect.sync(() => new Agent({ keepAlive: true, maxSockets: 8, scheduling: "lifo" })),
  (agent) => Effect.sync(() => agent.destroy())
)

const giveUpMillis = 20_000

/** Milliseconds from the request to the last byte of its answer, which is counted and not parsed. */
export const exchange = (
  agent: Agent,
  { body, bytes, headers = {}, method, path, port, status = 200 }: Exchange
) =>
  Effect.async<number, BenchError>((resume) => {
    const fail = (message: string) =>
      resume(Effect.fail(new BenchError({ message: `${method} ${path}: ${message}` })))
    const content = body === undefined ? {} : { "content-type": "application/json" }
    const start = performance.now()
    const outgoing = request(
      {
        agent,
        host: "127.0.0.1",
        port,
        method,
        path,
        headers: { ...content, ...headers },
        timeout: giveUpMillis
      },
      (answer) => {
        let received = 0
        answer.on("data", (chunk: Buffer) => {
          received += chunk.length
        })
        answer.once("error", (error) => fail(error.message))
        answer.once("end", () => {
          const millis = performance.now() - start
          if (answer.statusCode !== status) fail(`status ${answer.statusCode}`)
          else if (bytes !== undefined && received !== bytes) fail(`${received} bytes instead of ${bytes}`)
          else resume(Effect.succeed(millis))
        })
      }
    )
    outgoing.once("timeout", () => outgoing.destroy(new Error(`no answer within ${giveUpMillis} ms`)))
    outgoing.once("error", (error) => fail(error.message))
    outgoing.end(body)
    return Effect.sync(() => outgoing.destroy())
  })
