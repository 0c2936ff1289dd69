import type { ConversationText } from "@workspace/domain"
import { LRUCache } from "lru-cache"

/** What is known of a conversation. Messages are added and never changed: what is there of them stays right. */
export interface Known extends ConversationText {
  readonly rowMark: string
  readonly lastMark: string | null
  /** Where the messages are in the bytes; one that is not the last has a comma after it. */
  readonly from: number
}

/** How many of those that were read once are remembered at most, by their ids. */
const maxReadOnce = 10_000

const limitsOf = (bytes: number) => ({ maxSize: bytes, maxEntrySize: Math.floor(bytes / 4) })

/** What a conversation takes. Small ones share memory, which stays as long as one of them does. */
const sizeOf = ({ bytes }: Known) => bytes.buffer.byteLength + 512

/**
 * So many bytes of those conversations that were read last, and of them those that are read again: what is read once, as
 * by whoever reads all that there are, pushes out nothing, and is no work to keep.
 */
export const makeCache = (maxBytes: number) => {
  const kept = new LRUCache<string, Known>({ ...limitsOf(maxBytes), sizeCalculation: sizeOf })
  const readOnce = new LRUCache<string, true>({ ...limitsOf(maxBytes), max: maxReadOnce })
  return {
    get: (key: string) => kept.get(key),
    set: (key: string, read: Known) => {
      if (kept.has(key) || readOnce.has(key)) {
        readOnce.delete(key)
        kept.set(key, read)
      } else {
        readOnce.set(key, true, { size: sizeOf(read) })
      }
    }
  }
}
