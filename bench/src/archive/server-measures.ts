import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { type IncomingMessage, request } from "node:http"
import { pipeline } from "node:stream/promises"
import { FileSystem } from "@effect/platform"
import { encodeLine } from "@workspace/archive"
import { freshDatabase, postgresServer } from "@workspace/database/test-utils"
import { Array, Effect, Ref, Schedule, Stream } from "effect"
import { BenchError } from "../bench-error.ts"
import { type Server, startApi } from "../servers.ts"
import { snapshot } from "./sessions.ts"

const messageCount = 100_000

const failed = (what: string) => (cause: unknown) => new BenchError({ message: `${what}: ${cause}`, cause })

/** The answer of a request as `user`, whose body is a file if there is one. */
const ask = ({ port }: Server, user: string, method: "GET" | "POST", path: string, file?: string) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port,
        method,
        path,
        headers: {
          "x-user-id": user,
          ...(file === undefined ? {} : { "content-type": "application/x-ndjson" })
        }
      },
      resolve
    ).once("error", reject)
    if (file === undefined) outgoing.end()
    else pipeline(createReadStream(file), outgoing).catch(reject)
  })

const textOf = async (answer: IncomingMessage) => {
  let text = ""
  for await (const part of answer.setEncoding("utf8")) text += part
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}: ${text.slice(0, 300)}`)
  return text
}

const importFile = (server: Server, user: string, file: string, sessions: number) =>
  Effect.tryPromise({
    try: async () => {
      const text = await textOf(await ask(server, user, "POST", "/api/sessions/import", file))
      if (!text.includes(`"imported":${sessions},`)) throw new Error(text.slice(0, 300))
    },
    catch: failed("import")
  })

const exportAll = (server: Server, user: string) =>
  Effect.tryPromise({
    try: async () => {
      const answer = await ask(server, user, "GET", "/api/sessions/export")
      if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`)
      const hash = createHash("sha256")
      for await (const part of answer) hash.update(part)
      return hash.digest("hex")
    },
    catch: failed("export")
  })

const everyMillis = 50

/** How a server's process does while something else is asked of it: its memory, and how long others wait for it. */
const watching = Effect.fnUntraced(function* <A, E>(server: Server, effect: Effect.Effect<A, E>) {
  const seen = yield* Ref.make({ resident: 0, waited: 0 })
  const look = Effect.tryPromise({
    try: async () => {
      const start = performance.now()
      const text = await textOf(await ask(server, "nobody", "GET", "/metrics"))
      const [, bytes = "0"] = /^process_resident_memory_bytes (\S+)/m.exec(text) ?? []
      return { resident: Number(bytes), waited: performance.now() - start }
    },
    catch: failed("metrics")
  }).pipe(
    Effect.tap((now) =>
      Ref.update(seen, (most) => ({
        resident: Math.max(most.resident, now.resident),
        waited: Math.max(most.waited, now.waited)
      }))
    )
  )
  const before = (yield* look).resident
  const start = performance.now()
  const value = yield* Effect.raceFirst(
    effect,
    Effect.zipRight(Effect.repeat(look, Schedule.spaced(everyMillis)), Effect.never)
  )
  return { value, millis: performance.now() - start, before, ...(yield* Ref.get(seen)) }
})

const line = (
  name: string,
  { before, millis, resident, waited }: Effect.Effect.Success<ReturnType<typeof watching<unknown, never>>>
) => {
  const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20)
  return `  ${name}: ${(millis / 1_000).toFixed(1)} s, ${Math.round((messageCount / millis) * 1_000)} messages/s; ${mebibytes(resident)} MiB at most (${mebibytes(before)} before); others waited ${Math.round(waited)} ms at most`
}

const hashOf = (file: string) =>
  Effect.tryPromise({
    try: async () => {
      const hash = createHash("sha256")
      for await (const part of createReadStream(file)) hash.update(part)
      return hash.digest("hex")
    },
    catch: failed("read")
  })

/** So many sessions, of 100,000 messages in all, into a server of its own over HTTP and out of it again. */
const roundTrip = Effect.fnUntraced(function* (directory: string, serverUrl: string, sessions: number) {
  const files = yield* FileSystem.FileSystem
  const file = `${directory}/${sessions}.ndjson`
  const lines = Stream.flatMap(Stream.range(1, sessions), (number) =>
    encodeLine(snapshot(number, messageCount / sessions))
  )
  yield* Stream.run(lines, files.sink(file))
  const server = yield* startApi(yield* freshDatabase(serverUrl))
  const imported = yield* watching(server, importFile(server, "bench", file, sessions))
  const exported = yield* watching(server, exportAll(server, "bench"))
  if (exported.value !== (yield* hashOf(file))) {
    return yield* new BenchError({ message: "What was exported is not what was imported" })
  }
  return [
    `${sessions} × ${messageCount / sessions} messages over HTTP, into PostgreSQL and out of it:`,
    line("import", imported),
    line("export, the same bytes", exported)
  ]
}, Effect.scoped)

/** Imports and exports over HTTP. */
export const serverMeasures = Effect.fnUntraced(function* (directory: string) {
  const serverUrl = yield* postgresServer()
  const parts = yield* Effect.forEach(Array.make(100, 1), (sessions) =>
    roundTrip(directory, serverUrl, sessions)
  )
  return parts.flat()
}, Effect.scoped)
