import { randomUUID } from "node:crypto"
import { readFile } from "node:fs/promises"
import { Predicate } from "effect"

const unknown = "-"
// Stands for this process where the system has no /proc.
const ownToken = randomUUID()

const readProc = (file: string) => readFile(file, "utf8").catch(() => undefined)

/** What tells a process from a later one with its pid: tick and boot at which it started. */
const startOf = async (pid: number): Promise<string | "dead"> => {
  const stat = await readProc(`/proc/${pid}/stat`)
  if (stat === undefined) return pid === process.pid ? ownToken : unknown
  const boot = (await readProc("/proc/sys/kernel/random/boot_id"))?.trim() ?? unknown
  // The name of the program comes second, in brackets, and may itself contain brackets and spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  const state = fields[0]
  // A zombie's files are closed: it is dead, and only its parent does not know.
  return state === "Z" || state === "X" ? "dead" : `${fields[19]} ${boot}`
}

/** Whether any process has this pid. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Not permitted: it belongs to somebody else, and lives.
    return Predicate.hasProperty(error, "code") && error.code === "EPERM"
  }
}

/** The first two lines of a lock file: the pid, and when the process started. A later process with the pid has another one. */
export const ownIdentity = async (): Promise<string> => `${process.pid}\n${await startOf(process.pid)}`

/** The pid in a text that begins with an identity, as that of a lock file does, if the process that wrote it lives, and it is not a later one with the same pid. */
export const livingOwner = async (lockFile: string): Promise<number | undefined> => {
  const [first = "", start] = lockFile.split("\n")
  const pid = /^[1-9]\d{0,9}$/.test(first) ? Number(first) : undefined
  if (pid === undefined || !isRunning(pid)) return undefined
  const current = await startOf(pid)
  return current === unknown || current === start ? pid : undefined
}
