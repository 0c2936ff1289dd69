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
  return async (values: Readonly<Record<string, unknown>>): Promise<ReadonlyArray<unknown>> =>
    (await send({ name, text, values: fillPlaceholders(params, values) })).rows
}
