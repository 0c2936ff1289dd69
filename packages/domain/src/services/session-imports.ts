import { Array, Context, Effect, Layer, Option } from "effect"
import { ArchiveFormatError } from "../errors/archive.ts"
import type { UnauthorizedError } from "../errors/identity.ts"
import { IdGenerator } from "../ports/id-generator.ts"
import { type ArchivedSession, type Imported, maxMerged, type OnConflict } from "../types/archive.ts"
import type { Caller } from "../types/caller.ts"
import { isUsableSessionId, type SessionId, type UserId } from "../types/ids.ts"
import type { Session, Title } from "../types/session.ts"
import { ownerFor } from "./identified.ts"
import * as SessionMerging from "./session-merging.ts"
import * as SessionPlacing from "./session-placing.ts"

const wrong = (path: string, message: string) => new ArchiveFormatError({ problems: [{ path, message }] })

/** How many sessions of one file a dry run remembers to know them again, those of before the last so many. */
const plannedAtMost = 10_000

/** How many messages are gone through before others get their turn. */
const atOnce = 500

/** Sessions of files for whoever brings them. */
export class SessionImports extends Context.Tag("@workspace/domain/SessionImports")<
  SessionImports,
  {
    /** Whose the sessions are that a caller brings: its own, and nobody's for a trusted caller. Others need a user. */
    readonly ownerFor: (caller: Caller) => Effect.Effect<Option.Option<UserId>, UnauthorizedError>

    /**
     * Begins to import the sessions of one file, each in one step. A session is stored under its own id and is the caller's,
     * nobody's where the caller is trusted; whose the file says it was does not count. What the store has already stays
     * as it is: `unchanged` where it begins with all the messages of the file, else a conflict, or on demand a copy, whose id
     * follows from the owner and the messages, so that the same again is `unchanged`. Needs a user. In a dry run
     * nothing is stored.
     *
     * An id that no session can have is a problem of its record.
     */
    readonly importer: (
      caller: Caller,
      options: { readonly onConflict: OnConflict; readonly dryRun: boolean }
    ) => Effect.Effect<
      (archived: ArchivedSession) => Effect.Effect<Imported, ArchiveFormatError>,
      UnauthorizedError
    >

    /**
     * Makes one session of the caller out of the sessions of several people, at most `maxMerged`: their messages in order
     * of time, each with its source in its metadata, and without scores. The same again, in any order, is `unchanged`.
     */
    readonly merge: (
      caller: Caller,
      archives: Array.NonEmptyReadonlyArray<ArchivedSession>,
      options: { readonly title: Option.Option<Title>; readonly dryRun: boolean }
    ) => Effect.Effect<
      Imported & Pick<Session, "title" | "messageCount">,
      ArchiveFormatError | UnauthorizedError
    >
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function* () {
      const ids = yield* IdGenerator
      const place = yield* SessionPlacing.make

      /** An id for what these messages are made into: the same for the same messages of the same session. */
      const idFor = (start: ReadonlyArray<unknown>, { messages, session: { createdAt } }: ArchivedSession) =>
        Effect.reduce(
          Array.chunksOf(messages, atOnce),
          ids.sessionIdFor(createdAt, JSON.stringify(start)),
          (id, batch) => {
            const said = batch.map(({ content, createdAt: at, id: messageId, metadata, role }) => [
              messageId,
              role,
              content,
              at.epochMillis,
              metadata
            ])
            return Effect.as(Effect.sleep(0), ids.sessionIdFor(createdAt, JSON.stringify([id, said])))
          }
        )

      const importer = Effect.fn("SessionImports.importer")(function* (
        caller: Caller,
        { dryRun, onConflict }: { readonly onConflict: OnConflict; readonly dryRun: boolean }
      ) {
        const owner = yield* ownerFor(caller)
        /** What a dry run would have stored last, and how to know it again. */
        const planned = new Map<SessionId, string>()
        const plan = (id: SessionId, mark: string) => {
          const [oldest] = planned.keys()
          if (planned.size === plannedAtMost && oldest !== undefined) planned.delete(oldest)
          planned.set(id, mark)
        }

        const placeAt = Effect.fnUntraced(function* (archived: ArchivedSession, id: SessionId) {
          const { messages, session } = archived
          const seen = planned.get(id)
          const mark = JSON.stringify([session.createdAt.epochMillis, messages.length, messages.at(-1)?.id])
          if (seen !== undefined) return seen === mark ? "unchanged" : "conflict"
          const { outcome } = yield* place(caller, archived, { id, owner, dryRun })
          if (dryRun && outcome === "imported") plan(id, mark)
          return outcome
        })

        return Effect.fn("SessionImports.import")(function* (archived: ArchivedSession) {
          const { id } = archived.session
          yield* Effect.annotateCurrentSpan({ sessionId: id })
          if (!isUsableSessionId(id)) {
            return yield* wrong("id", "must not be a word that paths have in the place of an id")
          }
          const outcome = yield* placeAt(archived, id)
          if (outcome !== "conflict" || onConflict === "refuse") return { outcome, sessionId: id }
          const copyId = yield* idFor(["copy", Option.getOrNull(owner), id], archived)
          const copied = yield* placeAt(archived, copyId)
          return copied === "imported"
            ? { outcome: "copied" as const, sessionId: copyId }
            : { outcome: copied, sessionId: copied === "conflict" ? id : copyId }
        })
      })

      const merge: SessionImports["Type"]["merge"] = Effect.fn("SessionImports.merge")(function* (
        caller,
        archives,
        { dryRun, title }
      ) {
        const owner = yield* ownerFor(caller)
        if (archives.length > maxMerged) {
          return yield* wrong("", `must be at most ${maxMerged} sessions to be merged`)
        }
        const named = yield* Effect.forEach(archives, (archived, index) =>
          Effect.map(
            idFor([archived.session.id, Option.getOrNull(archived.session.title)], archived),
            (content) => ({ archived, content, record: index + 1 })
          )
        )
        // The same files in another order are the same merge.
        const sources = Array.sort(named, SessionMerging.inOrder)
        const id = ids.sessionIdFor(
          sources[0].archived.session.createdAt,
          JSON.stringify(["merge", Option.getOrNull(owner), sources.map(({ content }) => content)])
        )
        const merged = yield* SessionMerging.merge(sources, { id, ids, title })
        const { outcome } = yield* place(caller, merged, { id, owner, dryRun })
        const { messageCount, title: given } = merged.session
        return { outcome, sessionId: id, messageCount, title: given }
      })

      return { ownerFor, importer, merge }
    })
  )
}
