import { Context, Effect } from "effect"

/** When whoever asks for a reply wants it even though it has said nothing yet, before its own time is over. By default never. */
export class Impatience extends Context.Reference<Impatience>()("@workspace/domain/Impatience", {
  defaultValue: (): Effect.Effect<void> => Effect.never
}) {}
