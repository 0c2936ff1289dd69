import { Chunk, Effect, Option, type Scope, Stream } from "effect"

interface Peeked<E, R> {
  readonly head: Uint8Array
  /** As if nothing had been taken. It can be read once, as long as the scope is open. */
  readonly whole: Stream.Stream<Uint8Array, E, R>
}

/**
 * Waits for the first bytes, as many as wanted or all that there are. Not `Stream.peel`, which makes a defect of a
 * failure of the source.
 */
export const peek = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  wanted: number
): Effect.Effect<Peeked<E, R>, E, R | Scope.Scope> =>
  Effect.gen(function* () {
    const pull = yield* Stream.toPull(Stream.rechunk(bytes, 1))
    const next = pull.pipe(
      Effect.asSome,
      Effect.catchAll(
        Option.match({ onNone: () => Effect.succeedNone, onSome: (error: E) => Effect.fail(error) })
      )
    )
    const taken: Array<Uint8Array> = []
    let size = 0
    let isOver = false
    while (size < wanted && !isOver) {
      const chunk = yield* next
      isOver = Option.isNone(chunk)
      for (const part of Option.getOrElse(chunk, () => Chunk.empty<Uint8Array>())) {
        taken.push(part)
        size += part.length
      }
    }
    const rest = isOver ? Stream.empty : Stream.repeatEffectChunkOption(pull)
    return { head: Buffer.concat(taken), whole: Stream.concat(Stream.fromIterable(taken), rest) }
  })
