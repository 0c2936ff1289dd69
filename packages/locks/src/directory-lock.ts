import { createHash, randomUUID } from "node:crypto"
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { basename, join } from "node:path"
import { Data, Effect, Predicate } from "effect"
import { isRunning, livingOwner, ownIdentity } from "./process-identity.ts"

/** A living process holds the directory, maybe this one. */
export class DirectoryLockedError extends Data.TaggedError("DirectoryLockedError")<{
  readonly directory: string
  readonly pid: number
}> {
  override get message(): string {
    return `${this.directory} is in use by process ${this.pid}.`
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

interface Taken {
  /** The pid of who has the lock and lives; undefined when it was taken. */
  readonly owner: number | undefined
  /** Whether it was taken from a process that died. */
  readonly tookOver: boolean
}

/**
 * Takes the lock `file` by linking `own` there. Who finds a dead owner must first take a lock of its own on
 * that owner's succession, named after the content that was found, and look again: of many that found the
 * same dead owner one replaces it, and who comes late finds the new one. A process that dies meanwhile leaves
 * a dead owner of the succession, which is taken over in the same way.
 */
const take = async (own: string, file: string): Promise<Taken> => {
  for (;;) {
    if (await linkIfFree(own, file)) return { owner: undefined, tookOver: false }
    const found = await readIfThere(file)
    if (found === undefined) continue
    const owner = await livingOwner(found)
    if (owner !== undefined) return { owner, tookOver: false }
    const succession = `${file}.${createHash("sha256").update(found).digest("hex").slice(0, 12)}`
    const rival = await take(own, succession)
    if (rival.owner !== undefined) return rival
    const unchanged = (await readIfThere(file)) === found
    // Renaming one of two links to the same file does nothing: the lock gets a copy of its own.
    if (unchanged) await replace(own, file)
    await rm(succession, { force: true })
    if (unchanged) return { owner: undefined, tookOver: true }
  }
}

const replace = async (own: string, file: string) => {
  const copy = `${own}.copy`
  await writeFile(copy, await readFile(own, "utf8"))
  await rename(copy, file)
}

/** The process that names a file of its own beside the lock; of another file beside it, the one that its content names. */
const isLeft = async (name: string, content: string) => {
  const [, pid] = /\.pid\.([0-9]+)\.[0-9a-f-]{36}(?:\.copy)?$/.exec(name) ?? []
  // Between its making and its content it has none.
  return content === "" && pid !== undefined
    ? !isRunning(Number(pid))
    : (await livingOwner(content)) === undefined
}

/** Removes what processes have left beside the lock that were killed while they took it. For whoever has it. */
const removeLeftovers = async (directory: string, file: string) => {
  const names = (await readdir(directory)).filter((name) => name.startsWith(`${basename(file)}.`))
  for (const name of names) {
    const leftover = join(directory, name)
    const content = await readIfThere(leftover)
    if (content !== undefined && (await isLeft(name, content))) await rm(leftover, { force: true })
  }
}

const acquire = async (directory: string, file: string) => {
  await mkdir(directory, { recursive: true })
  const own = `${file}.${process.pid}.${randomUUID()}`
  const content = `${await ownIdentity()}\n${randomUUID()}\n`
  await writeFile(own, content)
  const taken = await take(own, file).finally(() => rm(own, { force: true }))
  return { ...taken, content }
}

/**
 * Holds `<directory>/server.pid`, whose first line is this process' id, until the scope closes. A lock whose
 * process has died is taken over; its pid may meanwhile be that of another process. Processes must share a
 * pid namespace: containers that mount one directory do not see each other.
 * @returns whether it was taken over from a process that died with it
 */
export const lockDirectory = Effect.fn("lockDirectory")(function* (directory: string) {
  const file = join(directory, "server.pid")
  const { tookOver } = yield* Effect.acquireRelease(
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
  yield* Effect.tryPromise(() => removeLeftovers(directory, file)).pipe(
    Effect.catchAll(({ error }) => Effect.logWarning("What is left beside a lock cannot be removed", error))
  )
  return { tookOver }
})
