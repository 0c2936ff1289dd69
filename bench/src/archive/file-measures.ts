import { FileSystem } from "@effect/platform"
import { encodeJson, records } from "@workspace/archive"
import { Effect, Either, Stream } from "effect"
import { BenchError } from "../bench-error.ts"
import { snapshot } from "./sessions.ts"
import { type Watched, watched } from "./watched.ts"

const messageCount = 100_000

const line = (name: string, { blockedMillis, millis, resident, residentBefore }: Watched<unknown>) => {
  const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20)
  return `${name}: ${(millis / 1_000).toFixed(2)} s, ${Math.round((messageCount / millis) * 1_000)} messages/s; ${mebibytes(resident)} MiB at most (${mebibytes(residentBefore)} before); blocked for ${Math.round(blockedMillis)} ms at most`
}

/** One session of 100,000 messages, written to a file and read again. */
export const fileMeasures = Effect.fnUntraced(function* (directory: string) {
  const files = yield* FileSystem.FileSystem
  const file = `${directory}/large.json`
  const pages = snapshot(1, messageCount)
  // The pages of a database come one by one, with others' turns in between.
  const paced = {
    ...pages,
    messages: Stream.mapChunksEffect(pages.messages, (chunk) => Effect.as(Effect.sleep(0), chunk))
  }
  const written = yield* watched(Stream.run(encodeJson(paced), files.sink(file)))
  const { size } = yield* files.stat(file)
  const read = yield* watched(Stream.runCollect(records(files.stream(file))))
  const [record] = read.value
  if (record === undefined || Either.isLeft(record.result)) {
    return yield* new BenchError({ message: "The file that was written cannot be read" })
  }
  return [
    `A session of ${messageCount} messages, ${Math.round(Number(size) / 1e6)} MB:`,
    line("  write", written),
    line("  read", read)
  ]
})
