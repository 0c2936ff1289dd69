import { type Caller, isWanted, pageOf, SavedSessionList, type SavedSessionQuery } from "@workspace/domain"
import { Either } from "effect"
import { isListed } from "./owner.ts"
import type { Entry } from "./saved-index.ts"

/** One page of what this caller's list holds. */
export const listOf = (
  caller: Caller,
  query: SavedSessionQuery,
  entries: ReadonlyArray<Entry>
): SavedSessionList => {
  const found = entries
    .filter(({ savedFor }) => isListed(caller, savedFor))
    .flatMap(({ saved }) => (Either.isRight(saved) ? [saved.right] : []))
    .filter(isWanted(query))
  return new SavedSessionList(pageOf(found, query))
}
