import { Stream } from "effect"

export type Bytes = Uint8Array | string

/** Bytes as they arrive, so many at a time. */
export const pieces = (all: Bytes, size: number) => {
  const bytes = typeof all === "string" ? Buffer.from(all) : all
  return Stream.fromIterable(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size)
    )
  )
}
