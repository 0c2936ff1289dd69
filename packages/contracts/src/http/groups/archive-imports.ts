import { ArchiveProblem, ImportOutcome, OnConflict, Session, SessionId, Title } from "@workspace/domain"
import { Schema } from "effect"
import { booleanParam } from "../boolean-param.ts"
import { optional } from "../optional.ts"
import { parseOptions } from "../parse-options.ts"

/** What to do with a file. */
export const ImportParams = Schema.Struct({
  dryRun: booleanParam("Only to report what would become of each record"),
  onConflict: Schema.optionalWith(OnConflict, { exact: true, default: () => "refuse" as const }),
  merge: booleanParam("To make one session out of all records"),
  title: optional(
    Title.annotations({
      description:
        "1 to 200 characters: the title of the merged session; that of the session that began first and has one if you do not say"
    })
  )
}).annotations({ parseOptions })

const count = (description: string, example: number) =>
  Schema.NonNegativeInt.annotations({ description, examples: [example] })

const { messageCount, title } = Session.fields

/** What became of one record. */
export const RecordReport = Schema.Struct({
  record: Schema.Number.pipe(
    Schema.int(),
    Schema.positive({
      description: "Which record of the file: 1, 2, 3 …; blank lines do not count",
      examples: [1]
    })
  ),
  id: optional(SessionId.annotations({ description: "The session's id in the file, where one can be read" })),
  sessionId: optional(
    SessionId.annotations({
      description:
        "The session's id here; of a conflict, that which is taken; of a merge, that of the merged session"
    })
  ),
  outcome: Schema.Union(ImportOutcome, Schema.Literal("invalid")).annotations({
    jsonSchema: {
      type: "string",
      enum: [...ImportOutcome.literals, "invalid"],
      description:
        "`imported` under its own id; `copied` under a new one; `unchanged`, because it is there already; `conflict`: refused, because another session has its id; `invalid`: refused, because it is no session",
      examples: ["imported"]
    }
  }),
  messageCount: optional(messageCount),
  title: optional(title),
  details: optional(
    Schema.Array(ArchiveProblem).annotations({
      description: "Of an invalid one: what is wrong with it",
      examples: [[]]
    })
  )
}).annotations({ identifier: "RecordReport" })
export type RecordReport = typeof RecordReport.Type

/** What became of a file. */
export const ImportReport = Schema.Struct({
  dryRun: Schema.Boolean.annotations({ description: "Nothing was stored", examples: [false] }),
  imported: count("How many records were imported under their own id; of a merge, how many it took", 1),
  copied: count("How many were imported as copies", 0),
  unchanged: count("How many are there already", 0),
  conflicts: count("How many were refused because another session has their id", 0),
  invalid: count("How many were refused because they are no sessions", 0),
  records: Schema.Array(RecordReport).annotations({
    description:
      "One by one, in order: the first 1,000 that were not refused, and the first 1,000 that were; the counts are of all"
  })
}).annotations({ identifier: "ImportReport", description: "What became of each session of the file" })
export type ImportReport = typeof ImportReport.Type
