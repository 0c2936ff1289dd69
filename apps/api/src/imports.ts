import { records } from "@workspace/archive"
import { type ImportParams, ValidationError } from "@workspace/contracts"
import { type ArchivedSession, type Caller, maxMerged, SessionImports, type UserId } from "@workspace/domain"
import { Array, Effect, Either, Option, Stream } from "effect"
import { ImportReporter } from "./import-report.ts"
import * as Places from "./places.ts"
import type { Upload } from "./uploads.ts"

type Params = typeof ImportParams.Type

/** How many files are gone through at once: each may hold a session of 64 MiB in memory. */
const limits = { count: 2, perCaller: 1, patience: "30 seconds" } as const

/** What is merged is in memory as a whole, and is to be a record of its own, with its sources. */
const mergedBytes = 32 * 1024 * 1024

/** Reads files of sessions into the store, and reports. */
export const make = Effect.gen(function* () {
  const imports = yield* SessionImports
  const place = yield* Places.make(limits)

  const each = Effect.fnUntraced(function* (caller: Caller, { bytes }: Upload, params: Params) {
    const importOne = yield* imports.importer(caller, params)
    const reporter = new ImportReporter()
    yield* Stream.runForEach(records(bytes), (record) =>
      Effect.gen(function* () {
        const archived = yield* record.result
        reporter.done(record, yield* importOne(archived), archived.session)
      }).pipe(
        Effect.catchTag("ArchiveFormatError", (error) => Effect.sync(() => reporter.invalid(record, error)))
      )
    )
    return reporter.hasGood
      ? reporter.report(params)
      : yield* new ValidationError({ details: reporter.details })
  })

  const merged = Effect.fnUntraced(function* (caller: Caller, { bytes }: Upload, params: Params) {
    const sizes = { recordBytes: mergedBytes, totalBytes: mergedBytes }
    const found = Array.fromIterable(
      yield* Stream.runCollect(Stream.take(records(bytes, sizes), maxMerged + 1))
    )
    const refused = new ImportReporter()
    const archives: Array<ArchivedSession> = []
    for (const record of found) {
      Either.match(record.result, {
        onLeft: (error) => refused.invalid(record, error),
        onRight: (archived) => archives.push(archived)
      })
    }
    if (refused.hasBad || !Array.isNonEmptyReadonlyArray(archives)) {
      return yield* new ValidationError({ details: refused.details })
    }
    const outcome = yield* imports
      .merge(caller, archives, { title: Option.fromNullable(params.title), dryRun: params.dryRun })
      .pipe(
        Effect.catchTag("ArchiveFormatError", ({ problems }) => new ValidationError({ details: problems }))
      )
    const reporter = new ImportReporter()
    for (const record of found) reporter.done(record, outcome, outcome)
    return reporter.report(params)
  })

  return {
    /** Whose the sessions of a file are going to be; whoever names nobody is refused before anything is received. */
    ownerFor: imports.ownerFor,

    run: (caller: Caller, owner: Option.Option<UserId>, upload: Upload, params: Params) =>
      Effect.scoped(
        Effect.zipRight(
          place(owner),
          params.merge ? merged(caller, upload, params) : each(caller, upload, params)
        )
      )
  }
})
