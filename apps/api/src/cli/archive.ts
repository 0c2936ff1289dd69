import { Command, Options } from "@effect/cli"
import { HttpClientRequest } from "@effect/platform"
import { maxPageSize, SavedSession, SavedSessionList, SessionCursor } from "@workspace/domain"
import { Chunk, DateTime, Effect, Option, Schema, Stream } from "effect"
import { standardOutput } from "./output.ts"
import { printable } from "./printable.ts"
import { askServer, layerClient, readAs, type Server, serverOptions } from "./server-client.ts"

const json = Options.boolean("json").pipe(
  Options.withDescription("Print JSON, one session a line, not columns")
)

const lineOf = (saved: SavedSession) =>
  [
    saved.sessionId,
    saved.status.padEnd(9),
    `${saved.completion} %`.padStart(5),
    `${saved.messageCount} messages`.padStart(14),
    DateTime.formatIso(saved.updatedAt),
    `${Math.ceil(saved.bytes / 1_024)} KiB`.padStart(9),
    printable(Option.getOrElse(saved.title, () => "-"))
  ].join("  ")

const encodeCursor = Schema.encode(SessionCursor)

const pageOf = Effect.fnUntraced(function* (server: Server, cursor: Option.Option<SessionCursor>) {
  const request = HttpClientRequest.get("/api/session/list").pipe(
    HttpClientRequest.setUrlParams({
      limit: maxPageSize,
      ...(Option.isSome(cursor) ? { cursor: yield* Effect.orDie(encodeCursor(cursor.value)) } : {})
    })
  )
  const page = yield* Effect.flatMap(
    askServer(server, request, ["application/json"]),
    readAs(SavedSessionList)
  )
  return [
    Chunk.fromIterable(page.sessions),
    Option.map(Option.fromNullable(page.nextCursor), Option.some)
  ] as const
}, Effect.scoped)

const ls = Command.make("ls", { json, ...serverOptions }, ({ json, ...server }) =>
  Stream.paginateChunkEffect(Option.none<SessionCursor>(), (cursor) => pageOf(server, cursor)).pipe(
    Stream.map(
      (saved) => `${json ? JSON.stringify(Schema.encodeSync(SavedSession)(saved)) : lineOf(saved)}\n`
    ),
    Stream.encodeText,
    Stream.run(standardOutput),
    Effect.provide(layerClient)
  )
).pipe(
  Command.withDescription(
    "List your saved sessions, last changed first: id, status, how far they have come, messages, when they were changed, size and title"
  )
)

/** The saved sessions of a server. */
export const archive = Command.make("archive", {}).pipe(
  Command.withDescription("The sessions that a server has saved to its ARCHIVE_DIR"),
  Command.withSubcommands([ls])
)
