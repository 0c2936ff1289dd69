import { Command, Options } from "@effect/cli"
import { FileSystem, HttpClientRequest, Path } from "@effect/platform"
import { compressed } from "@workspace/archive"
import { SessionId, SessionList } from "@workspace/domain"
import { Effect, Option, Sink, Stream } from "effect"
import { CommandFailedError } from "./command-failed.ts"
import { cannotWrite, standardOutput } from "./output.ts"
import { progressOf } from "./progress.ts"
import { askServer, bytesOf, layerClient, readAs, type Server, serverOptions } from "./server-client.ts"

const session = Options.text("session").pipe(
  Options.withSchema(SessionId),
  Options.withDescription("The session to export: as JSON, in a form to be read"),
  Options.optional
)

const all = Options.boolean("all").pipe(
  Options.withDescription("Export all sessions of yours: as NDJSON, one a line")
)

const output = Options.text("output").pipe(
  Options.withAlias("o"),
  Options.withDescription("The file to write, - for standard output"),
  Options.withDefault("-")
)

const gzip = Options.boolean("gzip").pipe(
  Options.withDescription(
    "Compress what is written. So is a file whose name ends in .gz; nothing else is, however large"
  )
)

const newline = 10

const linesIn = (bytes: Uint8Array) =>
  bytes.reduce((lines, byte) => (byte === newline ? lines + 1 : lines), 0)

type Bytes<R> = Stream.Stream<Uint8Array, CommandFailedError, R>

/** Where a file is really, if it is there, and whether something else has its name: a device, a pipe. */
const placeOf = Effect.fnUntraced(function* (file: string) {
  const files = yield* FileSystem.FileSystem
  return yield* files.realPath(file).pipe(
    Effect.flatMap((place) =>
      Effect.map(files.stat(place), ({ type }) => ({
        place,
        isSpecial: type !== "File" && type !== "Directory"
      }))
    ),
    Effect.orElseSucceed(() => ({ place: file, isSpecial: false }))
  )
})

/** Writes a file, whole or not at all: beside its place first. Nobody else is to read it. What is no file is written to. */
const writeFile = Effect.fnUntraced(function* <R>(output: string, bytes: Bytes<R>) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const cannot = cannotWrite(output)
  const { isSpecial, place: file } = yield* placeOf(output)
  if (isSpecial) return yield* Stream.run(bytes, Sink.mapError(files.sink(file, { flag: "a" }), cannot))
  const beside = yield* Effect.mapError(
    files.makeTempDirectoryScoped({ directory: path.dirname(path.resolve(file)), prefix: ".big-ocean-" }),
    cannot
  )
  const unfinished = path.join(beside, "export")
  yield* Stream.run(bytes, Sink.mapError(files.sink(unfinished, { mode: 0o600 }), cannot))
  yield* Effect.mapError(files.rename(unfinished, file), cannot)
}, Effect.scoped)

const write = <R>(output: string, bytes: Bytes<R>) =>
  output === "-" ? Stream.run(bytes, standardOutput) : writeFile(output, bytes)

/** Where the sessions are, of what type the file is, and how many there are. */
const sourceOf = (server: Server, session: Option.Option<SessionId>) =>
  Option.match(session, {
    onSome: (id) =>
      Effect.succeed({ path: `/api/sessions/${id}/export`, type: "application/json", total: 1 }),
    onNone: () =>
      askServer(server, HttpClientRequest.get("/api/sessions?limit=1"), ["application/json"]).pipe(
        Effect.flatMap(readAs(SessionList)),
        Effect.map(({ count }) => ({
          path: "/api/sessions/export",
          type: "application/x-ndjson",
          total: count
        })),
        Effect.scoped
      )
  })

/** The file as the server sends it. */
const download = (server: Server, session: Option.Option<SessionId>) =>
  Effect.gen(function* () {
    const { path, total, type } = yield* sourceOf(server, session)
    const advance = yield* progressOf({ doing: "Exporting", of: "sessions", total })
    const response = yield* askServer(server, HttpClientRequest.get(path), [type])
    const isOne = Option.isSome(session)
    return bytesOf(response).pipe(
      Stream.tap((part) => advance(isOne ? 0 : linesIn(part))),
      Stream.onDone(() => advance(isOne ? 1 : 0))
    )
  }).pipe(Stream.unwrapScoped)

/** Writes sessions of a server to a file or to standard output, as they come. */
export const exportSessions = Command.make(
  "export",
  { all, gzip, output, session, ...serverOptions },
  ({ all, gzip, output, session, ...server }) =>
    Effect.gen(function* () {
      if (all === Option.isSome(session)) {
        return yield* new CommandFailedError({ message: "Say either --session and its id, or --all." })
      }
      const bytes = download(server, session)
      yield* write(output, gzip || output.endsWith(".gz") ? compressed(bytes) : bytes)
    }).pipe(Effect.provide(layerClient))
).pipe(
  Command.withDescription(
    "Export sessions of a running server. A file is written whole or not at all; what breaks off on standard output ends with an exit code that is not 0"
  )
)
