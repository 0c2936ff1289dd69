import type { Exchange } from "../../test-utils/exchange.ts"
import { requests } from "../../test-utils/requests.ts"
import { type Written, written } from "./wire.ts"

/** Every operation that is served ahead of the platform. */
export const hotOperations = [
  "startAssessment",
  "sendMessage",
  "getAssessmentSession",
  "listSessions",
  "createSession",
  "getSession",
  "listMessages",
  "appendMessage"
] as const

/** What an operation takes for a name where that is not a session's. */
const named: Readonly<Record<string, string>> = {
  startAssessment: "alice",
  listSessions: "nerin",
  createSession: "alice"
}

/** A good request to each operation. */
export const plainRequest = (operation: string, sessionId: string): Exchange =>
  requests[operation]?.(named[operation] ?? sessionId) ?? { path: "/" }

/** The same as it is written. */
export const plainlyWritten = (operation: string, sessionId: string): Written =>
  written(plainRequest(operation, sessionId))
