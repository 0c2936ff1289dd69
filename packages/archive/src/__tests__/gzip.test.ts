import { randomBytes } from "node:crypto"
import { gunzipSync, gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Deferred, Effect, Exit, Option, Stream } from "effect"
import { compressed, compressedFrom, compressedIfLarge, decompressed } from "../gzip.ts"
import { pieces } from "./pieces.ts"

describe("compressed", () => {
  it.scoped("gives more than 50 KiB as gzip, and else what came", () =>
    Effect.gen(function* () {
      for (const size of [0, 1, compressedFrom, compressedFrom + 1, 1_000_000]) {
        const plain = Buffer.alloc(size, "x")
        const { bytes, encoding } = yield* compressedIfLarge(pieces(plain, 5_000))
        const got = Buffer.concat(Chunk.toReadonlyArray(yield* Stream.runCollect(bytes)))
        assert.strictEqual(Option.isSome(encoding), size > compressedFrom)
        assert.isTrue(got.equals(Option.isSome(encoding) ? gzipSync(plain) : plain), `${size}`)
      }
    })
  )

  it.effect("fails as its source does", () =>
    Effect.gen(function* () {
      const cut = Stream.concat(Stream.make(Buffer.alloc(100_000)), Stream.fail("gone" as const))
      assert.deepStrictEqual(yield* Effect.exit(Stream.runDrain(compressed(cut))), Exit.fail("gone" as const))
    })
  )
})

/** How much of a source is taken while what comes of it is not read but for its beginning. */
const takenWhileStalled = <E, E2>(
  source: Stream.Stream<Uint8Array, E>,
  change: (bytes: Stream.Stream<Uint8Array, E>) => Stream.Stream<Uint8Array, E2>
) =>
  Effect.gen(function* () {
    let taken = 0
    const counted = Stream.tap(source, () => Effect.sync(() => (taken += 1)))
    const isRead = yield* Deferred.make<void>()
    const reader = Stream.runForEach(change(counted), () =>
      Effect.zipRight(Deferred.succeed(isRead, undefined), Effect.never)
    )
    yield* Effect.fork(reader)
    yield* Deferred.await(isRead)
    // A machine too slow for this shows less than there is.
    yield* Effect.sleep("300 millis")
    return taken
  })

describe.each([
  ["compressed", compressed, (bytes: Uint8Array) => bytes, (bytes: Uint8Array) => gunzipSync(bytes)],
  ["decompressed", decompressed, (bytes: Uint8Array) => gzipSync(bytes), (bytes: Uint8Array) => bytes]
] as const)("%s", (_, change, before, after) => {
  const random = randomBytes(65_536)
  const part = before(random)

  it.live("takes no more than is read from it, and all when all is read", () =>
    Effect.gen(function* () {
      const parts = Stream.rechunk(Stream.repeatValue(part), 1)
      assert.isBelow(yield* takenWhileStalled(parts, change), 20)
      const whole = yield* Stream.runCollect(change(Stream.take(parts, 300)))
      const got = after(Buffer.concat(Chunk.toReadonlyArray(whole)))
      assert.isTrue(Buffer.concat(Array.from({ length: 300 }, () => random)).equals(got))
    })
  )

  it.live("fails as its source does, also where gzip could end", () =>
    Effect.gen(function* () {
      for (const count of [1, 2, 20]) {
        const cut = Stream.concat(
          Stream.take(Stream.repeatValue(part), count),
          Stream.fromEffect(Effect.zipRight(Effect.sleep(5), Effect.fail("gone" as const)))
        )
        for (const size of [1, 16]) {
          const exit = yield* Effect.exit(Stream.runDrain(change(Stream.rechunk(cut, size))))
          assert.deepStrictEqual(exit, Exit.fail("gone" as const))
        }
      }
    })
  )
})
