import { DateTime, Option } from "effect"
import { Reply, type ReplyChunk } from "../../types/reply.ts"
import type { Timestamp } from "../../types/timestamp.ts"
import type { Kept, KeptReply, Step } from "../session-repository-in-memory/store.ts"
import { keep, runningIn } from "./beginnings.ts"
import { type Ending, ended } from "./ending.ts"

const stepOn =
  <A>(id: Reply["id"], otherwise: A, run: (found: KeptReply, kept: Kept) => readonly [A, Kept]): Step<A> =>
  (kept) =>
    Option.match(
      Option.filter(runningIn(kept), ({ reply }) => reply.id === id),
      {
        onNone: () => keep(otherwise, kept),
        onSome: (found) => keep(...run(found, kept))
      }
    )

const replaced = (kept: Kept, changed: KeptReply): Kept => ({
  ...kept,
  replies: kept.replies.map((other) => (other.reply.id === changed.reply.id ? changed : other))
})

export const extend = (id: Reply["id"], leaseUntil: Timestamp): Step<boolean> =>
  stepOn(id, false, (found, kept) => [true, replaced(kept, { ...found, leaseUntil })])

export const write = (id: Reply["id"], chunk: ReplyChunk, leaseUntil: Timestamp): Step<boolean> =>
  stepOn(id, false, (found, kept) => {
    if (chunk.index <= found.chunks.length) return [true, replaced(kept, { ...found, leaseUntil })]
    const chunks = [...found.chunks, chunk]
    const reply = new Reply({ ...found.reply, chunkCount: chunks.length })
    return [true, replaced(kept, { ...found, reply, chunks, leaseUntil })]
  })

/** Ends the reply that is streaming, if it is one to end, and gives it. */
export const end =
  (isMeant: (found: KeptReply) => boolean, ending: Ending): Step<Option.Option<Reply>> =>
  (kept) =>
    Option.match(Option.filter(runningIn(kept), isMeant), {
      onNone: () => keep(Option.none(), kept),
      onSome: (found) => {
        const [reply, next] = ended(kept, found, ending)
        return keep(Option.some(reply), next)
      }
    })

/** Forgets the chunks of replies that ended before, and says of how many. */
export const sweep =
  (endedBefore: Timestamp): Step<number> =>
  (kept) => {
    const isSwept = ({ endedAt, reply }: KeptReply) =>
      reply.chunkCount > 0 && Option.exists(endedAt, DateTime.lessThan(endedBefore))
    const replies = kept.replies.map((found) =>
      isSwept(found) ? { ...found, chunks: [], reply: new Reply({ ...found.reply, chunkCount: 0 }) } : found
    )
    return keep(kept.replies.filter(isSwept).length, { ...kept, replies })
  }
