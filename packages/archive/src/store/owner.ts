import { createHash } from "node:crypto"
import { Caller, type Session } from "@workspace/domain"
import { Option } from "effect"

/**
 * Whose a file is: SHA-256 of the owner's id in hexadecimal digits, so that a file names nobody; null for nobody.
 * Undefined where a file does not say.
 */
export type SavedFor = string | null | undefined

const hashOf = (userId: string): string => createHash("sha256").update(userId).digest("hex")

export const savedForOf = (owner: Session["userId"]): string | null =>
  Option.getOrNull(Option.map(owner, hashOf))

const marked = /^\s*\{\s*"saved_for":\s*(?:null|"([0-9a-f]{64})")\s*,/

/** Whose a file is that begins so. It is the first thing that is written, so that a file that is damaged further on says it too. */
export const savedForIn = (head: string): SavedFor => {
  const found = marked.exec(head)
  return found === null ? undefined : (found[1] ?? null)
}

const named =
  /^\s*\{\s*(?:"saved_for":\s*(?:null|"[0-9a-f]{64}")\s*,\s*)?"format":\s*"[a-z-]+"\s*,\s*"version":\s*[0-9]+\s*,\s*"id":\s*"([A-Za-z0-9_-]{1,64})"/

/** Of which session a file is that begins so, if it says it in the order in which it is written. */
export const idIn = (head: string): string | undefined => named.exec(head)?.[1]

/** Whether two ids are one name where a file system does not tell large letters from small ones. */
export const isOtherOfName = (id: string, other: string | undefined): boolean =>
  other !== undefined && other !== id && other.toLowerCase() === id.toLowerCase()

const isOf = (userId: string, savedFor: SavedFor) =>
  typeof savedFor === "string" && savedFor === hashOf(userId)

/** Whether a file exists at all for this caller. One that does not say whose it is exists for trusted callers alone. */
export const isVisible = (caller: Caller, savedFor: SavedFor): boolean =>
  savedFor === null || isListed(caller, savedFor)

/** Whether a file is in this caller's list: its own; those of nobody are listed for trusted callers alone. */
export const isListed = (caller: Caller, savedFor: SavedFor): boolean =>
  Caller.$match(caller, {
    Anonymous: () => false,
    Trusted: () => true,
    User: ({ userId }) => isOf(userId, savedFor)
  })
