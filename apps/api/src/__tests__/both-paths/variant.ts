import type { Written } from "./wire.ts"

/** A request made of another. */
export type Variant = readonly [name: string, of: (request: Written) => Written]
