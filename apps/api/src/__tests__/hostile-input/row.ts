import type { Exchange } from "../../test-utils/exchange.ts"

/** No answer may hold this part of a refused value. */
export const sentinel = "sentinel-5e1f"

/** A request, and what must come of it. */
export interface Row {
  readonly name: string
  readonly send: (sessionId: string) => Exchange
  readonly status: number
  /** The field that a 400 names. */
  readonly path?: string
  /** What a 2xx has then stored as the message. */
  readonly stored?: string
}
