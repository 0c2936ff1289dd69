import { createHash } from "node:crypto"
import canonicalize from "canonicalize"

/**
 * SHA-256, chained: `h₀ = sha256(canonical(header))`, then for each item in order
 * `h = sha256(h ‖ utf8(canonical(item)))`, where canonical is RFC 8785. What is given must be JSON of a bounded depth.
 */
export class Digest {
  #hash: Buffer

  constructor(header: unknown) {
    this.#hash = createHash("sha256")
      .update(canonicalize(header) ?? "")
      .digest()
  }

  add(item: unknown): void {
    this.#hash = createHash("sha256")
      .update(this.#hash)
      .update(canonicalize(item) ?? "")
      .digest()
  }

  toString(): string {
    return `sha256:${this.#hash.toString("hex")}`
  }
}
