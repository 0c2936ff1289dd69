import { bodies, types } from "./body-variants.ts"
import { headers } from "./header-variants.ts"
import { searches, targets } from "./target-variants.ts"
import type { Variant } from "./variant.ts"

const methods: ReadonlyArray<Variant> = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "PROPFIND",
  "post",
  "QUERY",
  "X"
].map((method): Variant => [`the method ${method}`, (request) => ({ ...request, method })])

/** Whatever may be otherwise in a request to any operation, and go together. */
export const variants: ReadonlyArray<Variant> = [
  ["nothing else", (request) => request],
  ...headers,
  ...searches,
  ...targets,
  ...types,
  ...bodies,
  // Some of them change the session, or delete it.
  ...methods
]
