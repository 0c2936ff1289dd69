import { isPlatformError, type PlatformError } from "@effect/platform/Error"
import { WorkspacesUnavailableError } from "@workspace/domain"
import { Effect, Predicate } from "effect"

/** Tells the log of what cannot be done, and the caller that it cannot. */
export const refuse = (
  reason: WorkspacesUnavailableError["reason"],
  message: string,
  details: unknown
): Effect.Effect<never, WorkspacesUnavailableError> =>
  Effect.zipRight(Effect.logError(message, details), new WorkspacesUnavailableError({ reason }))

/** What a server without a root answers. */
export const off = Effect.fail(new WorkspacesUnavailableError({ reason: "not-configured" }))

/** Disk full, no permission, read-only: what no caller can mend. */
export const orRefuse = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.catchIf(
    effect,
    (error): error is Extract<E, PlatformError> => isPlatformError(error),
    (error) => refuse("failed", "The file system refused", error)
  )

const codeOf = (error: PlatformError): unknown =>
  error._tag === "SystemError" && Predicate.hasProperty(error.cause, "code") ? error.cause.code : undefined

export const isOnOtherDisk = (error: PlatformError): boolean => codeOf(error) === "EXDEV"

export const isFolder = (error: PlatformError): boolean => codeOf(error) === "EISDIR"

const nowhere: ReadonlyArray<unknown> = ["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG"]

/** Whether there is nothing at a path. Of what cannot be reached for another reason it is not known. */
export const isNotFound = (error: PlatformError): boolean => nowhere.includes(codeOf(error))
