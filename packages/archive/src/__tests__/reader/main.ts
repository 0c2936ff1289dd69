import { createReadStream } from "node:fs"
import { NodeRuntime, NodeStream } from "@effect/platform-node"
import { Effect, Either, Stream } from "effect"
import { records } from "../../records.ts"

/** Reads a file, and writes what is wrong with each record. */
const [path = ""] = process.argv.slice(2)

records(NodeStream.fromReadable(() => createReadStream(path), String)).pipe(
  Stream.runForEach(({ result }) =>
    Effect.sync(() => {
      const told = Either.isLeft(result) ? result.left.problems.map(({ message }) => message) : ["a session"]
      process.stdout.write(`${told.join("; ")}\n`)
    })
  ),
  NodeRuntime.runMain
)
