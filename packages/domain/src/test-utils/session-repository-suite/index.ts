import { layer as itWithLayer } from "@effect/vitest"
import type { Duration, Layer } from "effect"
import type { SessionRepository } from "../../ports/session-repository.ts"
import { describeChanges } from "./changes.ts"
import { describeClaims } from "./claims.ts"
import { describeConflicts } from "./conflicts.ts"
import { describeListTexts } from "./list-texts.ts"
import { describeLists } from "./lists.ts"
import { describeMessagePaging } from "./message-paging.ts"
import { describeMessages } from "./messages.ts"
import { describePageTexts } from "./page-texts.ts"
import { describePages } from "./pages.ts"
import { describePaging } from "./paging.ts"
import { describeProgress } from "./progress.ts"
import { describeSearch } from "./search.ts"
import { describeSessions } from "./sessions.ts"
import { describeTexts } from "./texts.ts"

interface SuiteOptions {
  readonly timeout?: Duration.DurationInput
}

/** The promises of `SessionRepository`, for every store that makes them. */
export const describeSessionRepository = <E>(
  name: string,
  layer: Layer.Layer<SessionRepository, E>,
  options?: SuiteOptions
) => {
  // A store that retries waits for real time.
  itWithLayer(layer, { ...options, excludeTestServices: true })(name, (it) => {
    describeSessions(it)
    describeMessages(it)
    describePages(it)
    describeTexts(it)
    describePageTexts(it)
    describeMessagePaging(it)
    describeConflicts(it)
    describeChanges(it)
    describeClaims(it)
    describeProgress(it)
    describeLists(it)
    describeListTexts(it)
    describeSearch(it)
    describePaging(it)
  })
}

/** Those of them that are about messages which are added, for a store that adds them in several ways. */
export const describeAppending = <E>(
  name: string,
  layer: Layer.Layer<SessionRepository, E>,
  options?: SuiteOptions
) => {
  itWithLayer(layer, { ...options, excludeTestServices: true })(name, (it) => {
    describeMessages(it)
    describeConflicts(it)
    describeProgress(it)
  })
}
