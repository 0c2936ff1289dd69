import { existsSync, readdirSync, readFileSync } from "node:fs"
import type { Effect } from "effect"
import type { Client } from "pg"
import { database } from "./database.ts"

// What the kernel knows of processes. Elsewhere than on Linux, and of a server on another machine, there is nothing to read.

const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    // The process has ended, or there is no such file on this system.
    return undefined
  }
}

/** The CPU time of a process that runs, in all its threads. */
const cpuMillisOf = (pid: number): number | undefined => {
  const tasks = `/proc/${pid}/task`
  if (!existsSync(tasks)) return undefined
  const nanos = readdirSync(tasks).map((task) =>
    Number(read(`${tasks}/${task}/schedstat`)?.split(" ")[0] ?? Number.NaN)
  )
  return nanos.reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : one), 0) / 1e6
}

/** The CPU time of some processes that run, if any of it is known. */
export const cpuMillis = (pids: ReadonlyArray<number>): number | undefined => {
  const known = pids.flatMap((pid) => cpuMillisOf(pid) ?? [])
  return known.length === 0 ? undefined : known.reduce((sum, one) => sum + one, 0)
}

// USER_HZ, which the kernel counts in for users, is 100 on all architectures that matter.
const tickMillis = 10

/** The CPU time of a process's children that have ended. */
const reapedMillis = (pid: number): number => {
  // After the name, which may hold spaces: the state, and from the 14th field on what the children took.
  const fields = read(`/proc/${pid}/stat`)?.split(") ").at(-1)?.split(" ") ?? []
  return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) * tickMillis
}

/** The most memory that a process has had, in bytes. */
export const peakBytes = (pid: number): number | undefined => {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? "") ?? []
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1_024
}

const parentOf = (pid: number) => {
  const [, parent] = /^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? "") ?? []
  return parent === undefined ? undefined : Number(parent)
}

const nameOf = (pid: number) => read(`/proc/${pid}/comm`)?.trim()

const childrenOf = (pid: number) =>
  (read(`/proc/${pid}/task/${pid}/children`) ?? "")
    .split(" ")
    .filter((child) => child !== "")
    .map(Number)

/** The CPU time of PostgreSQL so far: of its first process and all that this one has started. */
export const postgresCpu = (client: Client) =>
  database("find the server's processes", async () => {
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid")
    const own = rows[0]?.pid ?? 0
    const first = nameOf(own) === "postgres" ? parentOf(own) : undefined
    return (): number | undefined => {
      const running = first === undefined ? undefined : cpuMillis([first, ...childrenOf(first)])
      return first === undefined || running === undefined ? undefined : running + reapedMillis(first)
    }
  })

export type PostgresCpu = Effect.Effect.Success<ReturnType<typeof postgresCpu>>
