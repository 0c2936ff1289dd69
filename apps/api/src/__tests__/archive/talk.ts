import { Effect } from "effect"
import type { newCaller } from "../../test-utils/session-caller.ts"

type Caller = Effect.Effect.Success<typeof newCaller>

/** A talk of three messages, and its file in both layouts; on demand the talk itself is gone. */
export const talk = Effect.fnUntraced(function* (
  caller: Caller,
  { remove = false, title = "A talk" }: { readonly remove?: boolean; readonly title?: string } = {}
) {
  const { id } = yield* caller.create({ title, metadata: { productName: "journal" } })
  for (const [n, role] of ["user", "assistant", "user"].entries())
    yield* caller.append(id, `message ${n}`, { id: `m${n}`, role })
  const file = yield* caller.export(id)
  const line = JSON.stringify(JSON.parse(file))
  if (remove) yield* caller.remove(`/${id}`)
  return { id, file, line }
})
