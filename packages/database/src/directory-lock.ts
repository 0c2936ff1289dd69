import { createHash, randomUUID } from "node:crypto"
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Data, Effect, Predicate } from "effect"
import { livingOwner, ownIdentity } from "./process-identity.ts"

/** Another process uses the directory. Two would destroy each other's data. */
export class DirectoryLockedError extends Data.TaggedError("DirectoryLockedError")<{
  readonly directory: string
  readonly pid: number
}> {
  override get message(): string {
    return (
      `${this.directory} is in use by process ${this.pid}. Stop that process (kill ${this.pid}), ` +
      "choose another directory, or set DATABASE_URL to a PostgreSQL server, which many processes may share."
    )
  }
}

/** The directory cannot be written, or what is in it cannot be read. */
export class DirectoryError extends Data.TaggedError("DirectoryError")<{
  readonly directory: string
  readonly cause: unknown
}> {
  override get message(): string {
    return `${this.directory} cannot be used: ${this.cause instanceof Error ? this.cause.message : this.cause}`
  }
}

const hasCode = (cause: unknown, code: string) => Predicate.hasProperty(cause, "code") && cause.code === code

const readIfThere = (file: string) =>
  readFile(file, "utf8").catch((cause: unknown) => {
    if (hasCode(cause, "ENOENT")) return undefined
    throw cause
  })

/** Makes the file with its content in one step; false when it is already there. */
const linkIfFree = (own: string, file: string) =>
  link(own, file).then(
    () => true,
    (cause: unknown) => {
      if (hasCode(cause, "EEXIST")) return false
      throw cause
    }
  )

/**
 * Takes the lock `file` by linking `own` there. Who finds a dead owner must first take a lock of its own on
 * that owner's succession, named after the content that was found, and look again: of many that found the
 * same dead owner one replaces it, and who comes late finds the new one. A process that dies meanwhile leaves
 * a dead owner of the succession, which is taken over in the same way.
 * @returns the pid of the living owner, or undefined when the lock was taken
 */
const take = async (own: string, file: string): Promise<number | undefined> => {
  for (;;) {
    if (await linkIfFree(own, file)) return undefined
    const found = await readIfThere(file)
    if (found === undefined) continue
    const owner = await livingOwner(found)
    if (owner !== undefined) return owner
    const succession = `${file}.${createHash("sha256").update(found).digest("hex").slice(0, 12)}`
    const rival = await take(own, succession)
    if (rival !== undefined) return rival
    const unchanged = (await readIfThere(file)) === found
    // Renaming one of two links to the same file does nothing: the lock gets a copy of its own.
    if (unchanged) await replace(own, file)
    await rm(succession)
    if (unchanged) return undefined
  }
}

const replace = async (own: string, file: string) => {
  const copy = `${own}.copy`
  await writeFile(copy, await readFile(own, "utf8"))
  await rename(copy, file)
}

const acquire = async (directory: string, file: string) => {
  await mkdir(directory, { recursive: true })
  const own = `${file}.${process.pid}.${randomUUID()}`
  const content = `${await ownIdentity()}\n${randomUUID()}\n`
  await writeFile(own, content)
  const owner = await take(own, file).finally(() => rm(own, { force: true }))
  return { owner, content }
}

/**
 * Holds `<directory>/server.pid`, whose first line is this process' id, until the scope closes. A lock whose
 * process has died is taken over; its pid may meanwhile be that of another process. Processes must share a
 * pid namespace: containers that mount one directory do not see each other.
 */
export const lockDirectory = Effect.fn("lockDirectory")(function* (directory: string) {
  const file = join(directory, "server.pid")
  yield* Effect.acquireRelease(
    Effect.tryPromise({
      try: () => acquire(directory, file),
      catch: (cause) => new DirectoryError({ directory, cause })
    }).pipe(
      Effect.filterOrElse(
        ({ owner }) => owner === undefined,
        ({ owner = 0 }) => new DirectoryLockedError({ directory, pid: owner })
      )
    ),
    ({ content }) =>
      Effect.promise(async () => {
        if ((await readIfThere(file)) === content) await rm(file)
      })
  )
})
