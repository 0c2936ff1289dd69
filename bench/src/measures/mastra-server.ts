import { Effect, Schema } from "effect"
import { BenchError } from "../bench-error.ts"
import { textOf } from "../data/texts.ts"
import type { Exchange } from "../load/exchange.ts"
import { threads } from "../peers/driver.ts"
import { peersFolder } from "../peers/install.ts"
import { type Server, startServer } from "../servers.ts"
import { ask, expecting } from "../verify.ts"
import { type Bench, overHttp } from "./measure.ts"
import { contenders, readers } from "./names.ts"

const loadThread = (kind: string, thread: number): Exchange => ({
  method: "GET",
  path: `/api/memory/threads/${kind}-${thread}/messages?agentId=bench&perPage=1000`,
  status: 200
})

const saveMessage = (thread: number): Exchange => ({
  method: "POST",
  path: "/api/memory/save-messages?agentId=bench",
  body: JSON.stringify({
    messages: [
      {
        threadId: `append-${thread}`,
        resourceId: "bench",
        role: "user",
        content: { format: 2, parts: [{ type: "text", text: textOf(thread) }] }
      }
    ]
  }),
  status: 200
})

const Messages = Schema.parseJson(Schema.Struct({ messages: Schema.Array(Schema.Unknown) }))

/** Loads of whole threads, each of which has been seen to be whole. */
const loads = Effect.fnUntraced(
  function* (server: Server, kind: "whole50" | "whole1000") {
    return yield* Effect.forEach(
      Array.from({ length: 10 }, (_, thread) => loadThread(kind, thread)),
      Effect.fnUntraced(function* (question) {
        const { text } = yield* ask(server, question)
        const { messages } = yield* Schema.decode(Messages)(text)
        if (messages.length !== threads[kind].messages) {
          return yield* new BenchError({ message: `${question.path} has ${messages.length} messages` })
        }
        return expecting(question, { bytes: Buffer.byteLength(text) })
      }),
      { concurrency: 2 }
    )
  },
  Effect.catchTag(
    "ParseError",
    (cause) => new BenchError({ message: `Mastra's answer: ${cause.message}`, cause })
  )
)

/** Mastra's own REST server on the database that the peer in process has filled. */
export const mastraServerMeasures = Effect.fnUntraced(function* (
  bench: Bench,
  node: string,
  databaseUrl: string
) {
  const server = yield* startServer(contenders.mastraServer, {
    databaseUrl,
    cwd: peersFolder,
    args: ["mastra-server.mjs"],
    node
  })
  const short = yield* loads(server, "whole50")
  const long = yield* loads(server, "whole1000")
  const appends = Array.from({ length: threads.append.count }, (_, thread) => saveMessage(thread))
  return [
    { name: "append to a thread", connections: 16, exchanges: () => appends },
    { name: "load a thread of 50", connections: readers, exchanges: () => short },
    { name: "load a thread of 1,000", connections: readers, exchanges: () => long }
  ].map((measure) => overHttp(bench)({ ...measure, server }))
})
