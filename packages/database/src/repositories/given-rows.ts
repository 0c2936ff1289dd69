import { getTableColumns, type SQL, sql } from "drizzle-orm"
import { Record } from "effect"
import type { Client } from "../client.ts"
import { sessions } from "../schema.ts"
import { storedColumns } from "./session-statements.ts"

const { placeholder } = sql

interface Named {
  readonly name: string
}

/** A whole row of a table as one parameter. */
export const rowParameter =
  <K extends string>(columns: Readonly<Record<K, Named>>) =>
  (row: Readonly<Partial<Record<K, unknown>>>): string =>
    JSON.stringify(Record.fromEntries(Record.toEntries(columns).map(([key, { name }]) => [name, row[key]])))

/** The fields of such a row, which is called `given` in its statement. */
export const givenFields = <K extends string>(columns: Readonly<Record<K, Named>>) =>
  Record.map(columns, ({ name }) => sql`given.${sql.identifier(name)}`)

/** Fields in the order of their table, as `insert` takes them. */
export const listed = (fields: Readonly<Record<string, SQL>>) => sql.join(Object.values(fields), sql`, `)

const columns = getTableColumns(sessions)

/** What `makeSession` takes as the parameter `session`. */
export const sessionParameter = rowParameter(columns)

/** The step that makes the session of the parameter `session`, where the condition holds, which knows it as `given`. */
export const makeSession = (client: Client, where: SQL) =>
  client.$with("made").as(
    client
      .insert(sessions)
      .select(
        sql`select ${listed(givenFields(columns))} from jsonb_populate_record(null::${sessions}, ${placeholder("session")}::jsonb) as given where ${where}`
      )
      .returning(storedColumns)
  )
