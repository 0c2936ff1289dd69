import { type AnyColumn, type SQL, sql } from "drizzle-orm"
import { DateTime, Option } from "effect"

// As text instants cost PostgreSQL and this process less than in any other form, and least in UTC, where connections
// are. A pool between may have put them elsewhere.

/** An instant as PostgreSQL writes it in the zone of the connection: without the zeros at its end. */
export const instantText = (column: AnyColumn): SQL<string> => sql<string>`${column}::text`

/** In UTC and of the years that a timestamp may have. */
const inUtc = /^(?:19[7-9]|[2-9]\d\d)\d-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,3})?\+00$/

/** With the offset of any other zone, of which those of former days have seconds. */
const elsewhere = /^(\d{4,5})-(\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,3})?)([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/

const years = /^(?:19[7-9]|[2-9]\d\d)\d-/

const moved = (text: string): string | undefined => {
  const parts = elsewhere.exec(text)
  if (parts === null) return undefined
  const [, year = "", day, time, sign, hours, minutes = 0, seconds = 0] = parts
  const offset = { hours: Number(hours), minutes: Number(minutes), seconds: Number(seconds) }
  const iso = Option.map(DateTime.make(`${year.length > 4 ? `+0${year}` : year}-${day}T${time}Z`), (local) =>
    DateTime.formatIso(sign === "+" ? DateTime.subtract(local, offset) : DateTime.add(local, offset))
  )
  return Option.getOrUndefined(Option.filter(iso, (text) => years.test(text)))
}

/** Whether a value is such a text, of a year that a timestamp may have. */
export const isInstantText = (value: unknown): value is string =>
  typeof value === "string" && (inUtc.test(value) || moved(value) !== undefined)

const fractions: Readonly<Record<number, string>> = { 22: ".000Z", 24: "00Z", 25: "0Z", 26: "Z" }

/** Such a text in ISO 8601, in UTC and with milliseconds. Of nothing else. */
export const isoOf = (text: string): string =>
  text.endsWith("+00")
    ? `${text.slice(0, 10)}T${text.slice(11, -3)}${fractions[text.length]}`
    : (moved(text) ?? "")
