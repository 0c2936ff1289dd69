import { Data } from "effect"
import type { Precision } from "./precision.ts"
import type { Reply, ReplyChunk } from "./reply.ts"

/** What whoever reads a reply gets to see, in this order but for `Silence` and `Lost`. */
export type ReplyEvent = Data.TaggedEnum<{
  /** The next pieces of it. */
  Chunk: { readonly chunk: ReplyChunk }
  /** Nothing has come for 10 to 15 seconds, and more may come. */
  Silence: object
  /** There is no more text. */
  Told: { readonly reply: Reply }
  /** What it told about the person has changed the scores: they have seen the messages up to it. */
  Scored: { readonly reply: Reply; readonly precision: Precision; readonly scoredThrough: number }
  /** The last event of a reply. */
  Ended: { readonly reply: Reply }
  /** The last event where the reply is not there any more for who reads it. */
  Lost: object
}>
export const ReplyEvent = Data.taggedEnum<ReplyEvent>()
