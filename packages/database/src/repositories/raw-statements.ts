import { fillPlaceholders, type Query } from "drizzle-orm"
import type { Context } from "effect"
import type { Database } from "../client.ts"

/** What Drizzle has built, and sends no rows of through its own mapping: that costs more than all else where rows are many. */
interface Built {
  readonly toSQL: () => Query
}

/** A statement that is built once and gives its rows as the driver reads them, under the names of its columns. */
export const prepareRaw = (
  { send }: Pick<Context.Tag.Service<Database>, "send">,
  name: string,
  built: Built
) => {
  const { params, sql: text } = built.toSQL()
  return async (values: Readonly<Record<string, unknown>>): Promise<Array<unknown>> =>
    (await send({ name, text, values: fillPlaceholders(params, values) })).rows
}

/**
 * Reads rows to their end and lets go of them. Whoever has waited for them is old to V8 by then, and would keep them
 * from its quick collections, though nobody needs them any more: a fifth of the time of a long history.
 */
export const readOut = <A>(rows: Array<unknown>, read: (rows: ReadonlyArray<unknown>) => A): A => {
  try {
    return read(rows)
  } finally {
    rows.length = 0
  }
}
