import { DrizzleQueryError } from "drizzle-orm/errors"
import { Data, Predicate } from "effect"

/**
 * A statement that the database refused. Neither its message nor its cause holds SQL, parameters or stored
 * values, so it may be logged.
 */
export class DatabaseError extends Data.TaggedError("DatabaseError")<{
  /** SQLSTATE; undefined when the failure was not the server's. */
  readonly code: string | undefined
  /** Name of the constraint that was violated. */
  readonly constraint: string | undefined
  readonly cause: unknown
}> {
  override get message(): string {
    return [
      "The database refused a statement",
      ...(this.code === undefined ? [] : [`SQLSTATE ${this.code}`]),
      ...(this.constraint === undefined ? [] : [`constraint ${this.constraint}`])
    ].join(", ")
  }
}

/** The schema could not be brought up to date. */
export class MigrationError extends Data.TaggedError("MigrationError")<{
  readonly message: string
  readonly cause: DatabaseError
}> {}

const text = (value: unknown, key: string): string | undefined => {
  const found = Predicate.hasProperty(value, key) ? value[key] : undefined
  return typeof found === "string" ? found : undefined
}

// Drizzle's error carries the statement and its parameters; the driver's own is its cause.
const rootOf = (error: unknown): unknown => (error instanceof DrizzleQueryError ? error.cause : error)

/** A report of PostgreSQL, and not of Node or the driver: only these have a severity. */
const isReport = (root: unknown): boolean => text(root, "severity") !== undefined

// The server's message and detail quote stored values. Those about unknown tables and columns do not.
const withoutValues = (root: unknown) => ({
  severity: text(root, "severity"),
  code: text(root, "code"),
  table: text(root, "table"),
  column: text(root, "column"),
  constraint: text(root, "constraint"),
  routine: text(root, "routine"),
  ...(/^42(?!601)/.test(text(root, "code") ?? "") ? { message: text(root, "message") } : {})
})

/** What a driver threw, without all that must not be logged. */
export const toDatabaseError = (error: unknown): DatabaseError => {
  const root = rootOf(error)
  return isReport(root)
    ? new DatabaseError({
        code: text(root, "code"),
        constraint: text(root, "constraint"),
        cause: withoutValues(root)
      })
    : new DatabaseError({ code: undefined, constraint: undefined, cause: root })
}

// Connection failures, insufficient resources, shutdown and start, cancelled by a timeout, lock not available.
const unavailableStates = /^(08|53|57P0[123]|57014|55P03)/
const unavailableSystemErrors =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/
// The drivers tell these apart by their message only.
const unavailableMessages = new Set([
  "timeout exceeded when trying to connect",
  "timeout expired",
  "Connection terminated due to connection timeout",
  "Connection terminated unexpectedly",
  "Connection terminated",
  "Query read timeout",
  "Client has encountered a connection error and is not queryable",
  "Client was closed and is not queryable",
  "Cannot use a pool after calling end on the pool",
  "PGlite is closed"
])

/**
 * Why the database cannot be used at the moment, in words that may be logged; undefined when the failure is
 * the statement's own.
 */
export const unavailableReason = ({ code, cause }: DatabaseError): string | undefined => {
  if (code !== undefined) return unavailableStates.test(code) ? code : undefined
  const systemError = text(cause, "code") ?? ""
  const message = text(cause, "message") ?? ""
  if (unavailableSystemErrors.test(systemError)) return systemError
  return unavailableMessages.has(message) ? message : undefined
}
