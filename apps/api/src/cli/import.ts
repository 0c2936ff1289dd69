import { Args, Command, Options } from "@effect/cli"
import { FileSystem, HttpClientRequest } from "@effect/platform"
import type { PlatformError } from "@effect/platform/Error"
import { NodeStream } from "@effect/platform-node"
import { ImportReport, type RecordReport } from "@workspace/contracts"
import { OnConflict, Title } from "@workspace/domain"
import { Console, Effect, Option, Schema, Stream } from "effect"
import { nanoid } from "nanoid"
import { isRefused } from "../import-report.ts"
import { CommandFailedError, codeOf } from "./command-failed.ts"
import { printable } from "./printable.ts"
import { progressOf } from "./progress.ts"
import { askServer, layerPatientClient, readAs, serverOptions } from "./server-client.ts"

const file = Args.text({ name: "file" }).pipe(
  Args.withDescription("The file to import: JSON or NDJSON, as gzip or not; - for standard input")
)

const dryRun = Options.boolean("dry-run").pipe(
  Options.withDescription("Only tell what would become of each session")
)

const onConflict = Options.choice("on-conflict", OnConflict.literals).pipe(
  Options.withDescription(
    "What becomes of a session whose id another one has: it is refused, or becomes a copy under a new id"
  ),
  Options.withDefault("refuse" as const)
)

const merge = Options.boolean("merge").pipe(
  Options.withDescription("Make one session of all, with their messages in order of time")
)

const title = Options.text("title").pipe(
  Options.withSchema(Title),
  Options.withDescription("The title of the merged session"),
  Options.optional
)

const json = Options.boolean("json").pipe(
  Options.withDescription("Print the server's report as JSON, not a line for each session")
)

const cannotRead = (file: string) => (error: PlatformError) =>
  new CommandFailedError({ message: `${file} cannot be read${codeOf(error)}.` })

/** What is to be imported, and how much it is, where that is known before. */
const open = Effect.fnUntraced(function* (file: string) {
  if (file === "-") {
    const bytes = Stream.mapError(NodeStream.stdin, cannotRead("Standard input"))
    return { bytes, contentLength: undefined }
  }
  const files = yield* FileSystem.FileSystem
  const { size, type } = yield* Effect.mapError(files.stat(file), cannotRead(file))
  if (type === "Directory") return yield* new CommandFailedError({ message: `${file} is a directory.` })
  const advance = yield* progressOf({ doing: "Sending", of: "bytes", total: Number(size) })
  const bytes = files.stream(file).pipe(
    Stream.mapError(cannotRead(file)),
    Stream.tap(({ length }) => advance(length))
  )
  return { bytes, contentLength: Number(size) }
})

// The server looks at the bytes themselves.
const typeOf = (file: string) =>
  file.endsWith(".gz")
    ? "application/gzip"
    : file.endsWith(".json")
      ? "application/json"
      : "application/x-ndjson"

const lineOf = ({ id, messageCount, outcome, record, sessionId, title }: RecordReport) =>
  [
    record,
    outcome,
    sessionId ?? id ?? "-",
    messageCount ?? "-",
    printable(Option.getOrElse(Option.fromNullable(title).pipe(Option.flatten), () => "-"))
  ].join("\t")

const reasonsOf = ({ details = [], outcome, record, sessionId }: RecordReport) =>
  outcome === "conflict"
    ? [`Record ${record}: another session has the id ${sessionId}`]
    : details.map(
        ({ message, path }) => `Record ${record}: ${path === "" ? "it" : printable(path)} ${message}`
      )

const summaryOf = ({ conflicts, copied, dryRun, imported, invalid, unchanged }: ImportReport) =>
  `${dryRun ? "Nothing is stored. It would be: " : ""}${imported} imported, ${copied} copied, ${unchanged} unchanged, ${conflicts} in conflict, ${invalid} invalid`

/** Sends a file to a server and tells what became of each session in it. Fails where one of them was refused. */
export const importSessions = Command.make(
  "import",
  { dryRun, file, json, merge, onConflict, title, ...serverOptions },
  ({ dryRun, file, json, merge, onConflict, title, ...server }) =>
    Effect.gen(function* () {
      const report = yield* Effect.gen(function* () {
        const { bytes, contentLength } = yield* open(file)
        const request = HttpClientRequest.post("/api/sessions/import").pipe(
          HttpClientRequest.setUrlParams({
            dryRun: String(dryRun),
            onConflict,
            merge: String(merge),
            ...Option.match(title, { onNone: () => ({}), onSome: (title) => ({ title }) })
          }),
          HttpClientRequest.setHeader("idempotency-key", yield* Effect.sync(() => nanoid())),
          HttpClientRequest.bodyStream(bytes, { contentType: typeOf(file), contentLength })
        )
        return yield* Effect.flatMap(askServer(server, request, ["application/json"]), readAs(ImportReport))
      }).pipe(Effect.scoped)
      const { records } = report
      yield* json
        ? Console.log(JSON.stringify(yield* Effect.orDie(Schema.encode(ImportReport)(report)), null, 2))
        : Effect.forEach(records, (record) => Console.log(lineOf(record)), { discard: true })
      const refused = records.filter(({ outcome }) => isRefused(outcome))
      yield* Effect.forEach(refused.flatMap(reasonsOf), (reason) => Console.error(reason), { discard: true })
      yield* Console.error(summaryOf(report))
      if (report.conflicts + report.invalid > 0) {
        return yield* new CommandFailedError({ message: "Not everything was imported." })
      }
    }).pipe(Effect.provide(layerPatientClient))
).pipe(
  Command.withDescription(
    "Import a file into a running server, as yours. Prints for each session its place in the file, what became of it, its id, how many messages it has, and its title. The same file again changes nothing. The exit code is not 0 where anything was refused"
  )
)
