import { HttpApiBuilder } from "@effect/platform"
import { BigOceanApi, CurrentCaller } from "@workspace/contracts"
import { SessionArchive, SessionCatalog } from "@workspace/domain"
import { Effect } from "effect"
import * as ExportResponse from "../export-response.ts"
import * as Imports from "../imports.ts"
import { unlessMatched, withEntityTag } from "../middleware/entity-tags.ts"
import * as Idempotency from "../middleware/idempotency.ts"
import { requestsDecoded } from "../middleware/own-failures.ts"
import { Uploads } from "../uploads.ts"

export const layer = HttpApiBuilder.group(
  BigOceanApi,
  "archive",
  Effect.fnUntraced(function* (handlers) {
    const archive = yield* SessionArchive
    const catalog = yield* SessionCatalog
    const imports = yield* Imports.make
    const once = yield* Idempotency.makeForCallers
    const uploads = yield* Uploads

    return requestsDecoded(
      handlers
        .handle("save", ({ payload }) =>
          Effect.flatMap(CurrentCaller, (caller) => archive.save(caller, payload.sessionId))
        )
        .handle("load", ({ path }) =>
          Effect.flatMap(CurrentCaller, (caller) => archive.load(caller, path.sessionId)).pipe(
            Effect.tap(withEntityTag)
          )
        )
        .handle("list", ({ urlParams }) =>
          Effect.flatMap(CurrentCaller, (caller) => archive.list(caller, urlParams))
        )
        .handle("count", ({ urlParams }) =>
          Effect.flatMap(CurrentCaller, (caller) => archive.count(caller, urlParams)).pipe(
            Effect.map((count) => ({ count }))
          )
        )
        .handle("remove", ({ path }) =>
          Effect.flatMap(CurrentCaller, (caller) => archive.remove(caller, path.sessionId))
        )
        .handle("export", ({ path }) =>
          Effect.flatMap(CurrentCaller, (caller) =>
            unlessMatched(
              catalog.version(caller, path.sessionId),
              Effect.flatMap(archive.export(caller, path.sessionId), ExportResponse.ofOne)
            )
          )
        )
        .handle("exportAll", ({ urlParams: { gzip, ...selection } }) =>
          Effect.flatMap(CurrentCaller, (caller) => archive.exportAll(caller, selection)).pipe(
            Effect.flatMap((snapshots) => ExportResponse.ofAll(snapshots, { gzip }))
          )
        )
        .handleRaw("import", ({ headers, urlParams }) =>
          Effect.gen(function* () {
            const caller = yield* CurrentCaller
            const owner = yield* imports.ownerFor(caller)
            const upload = yield* uploads.receive(owner)
            const payload = { ...urlParams, sha256: upload.sha256 }
            return yield* once(caller, { operation: "importSessions", headers, payload }, () =>
              imports.run(caller, owner, upload, urlParams)
            )
          }).pipe(Effect.scoped)
        )
    )
  })
)
