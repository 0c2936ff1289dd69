import type { Duplex } from "node:stream"
import { createGunzip, createGzip } from "node:zlib"
import { NodeStream } from "@effect/platform-node"
import { Chunk, Data, Effect, Option, Ref, type Scope, Stream } from "effect"
import type { LazyArg } from "effect/Function"
import { peek } from "./peek.ts"

/** What begins as gzip and cannot be read as such to its end. */
export class DamagedGzip extends Data.TaggedError("DamagedGzip")<{ readonly cause: unknown }> {}

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b

/**
 * The bytes through a stream of the platform, which takes no more of them than are read from it. Where they break off,
 * so does what comes out: the platform alone would sometimes end it as if it were whole, or call it damaged.
 */
const through = <E, E2, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  duplex: LazyArg<Duplex>,
  onError: (cause: unknown) => E2
): Stream.Stream<Uint8Array, E | E2, R> =>
  Effect.map(Ref.make<Effect.Effect<void, E>>(Effect.void), (end) => {
    const source = bytes.pipe(
      // The platform waits until there is room only between the items of a chunk.
      Stream.mapChunks(Chunk.append(new Uint8Array())),
      Stream.tapErrorCause((cause) => Ref.set(end, Effect.failCause(cause)))
    )
    const endOfSource = Effect.flatten(Ref.get(end))
    return NodeStream.pipeThroughDuplex(source, duplex, onError).pipe(
      Stream.catchAll((error) => Stream.fromEffect(Effect.zipRight(endOfSource, Effect.fail(error)))),
      Stream.concat(Stream.execute(endOfSource))
    )
  }).pipe(Stream.unwrap)

/** The bytes as they are, or what they are the gzip of: the bytes themselves say which. */
export const decompressed = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>
): Stream.Stream<Uint8Array, E | DamagedGzip, R> =>
  peek(bytes, 2).pipe(
    Effect.map(({ head, whole }) =>
      isGzip(head) ? through(whole, createGunzip, (cause) => new DamagedGzip({ cause })) : whole
    ),
    Stream.unwrapScoped
  )

class GzipDefect extends Data.TaggedError("GzipDefect")<{ readonly cause: unknown }> {}

/** The bytes as gzip. The same bytes give the same gzip on one platform. */
export const compressed = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Stream.Stream<Uint8Array, E, R> =>
  // There are no bytes that cannot be compressed.
  Stream.catchAll(
    through(
      bytes,
      () => createGzip(),
      (cause) => new GzipDefect({ cause })
    ),
    (error) => (error instanceof GzipDefect ? Stream.die(error) : Stream.fail(error))
  )

/** What is compressed from this size on when a caller takes gzip: 50 KiB. */
export const compressedFrom = 51_200

/**
 * The bytes as gzip, if there are more than `compressedFrom`; else as they are. So much of them is waited for. They can
 * be read as long as the scope is open.
 */
export const compressedIfLarge = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>
): Effect.Effect<
  { readonly encoding: Option.Option<"gzip">; readonly bytes: Stream.Stream<Uint8Array, E, R> },
  E,
  R | Scope.Scope
> =>
  Effect.map(peek(bytes, compressedFrom + 1), ({ head, whole }) =>
    head.length > compressedFrom
      ? { encoding: Option.some("gzip"), bytes: compressed(whole) }
      : { encoding: Option.none(), bytes: whole }
  )
