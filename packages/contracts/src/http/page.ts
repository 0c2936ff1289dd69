import { maxPageSize } from "@workspace/domain"
import { Schema } from "effect"
import { integerParam } from "./number-param.ts"
import { optional } from "./optional.ts"

/** How long a page is. */
export const limit = Schema.optionalWith(
  integerParam(1, maxPageSize, "How many at most on one page; 50 if you do not say"),
  { exact: true, default: () => 50 }
)

/** Where a page begins, for those who count. */
export const offset = (what: string) =>
  optional(
    integerParam(0, 1_000_000, `How many ${what} to pass over; moves with whatever happens in between`)
  )
