import { FileSystem } from "@effect/platform"
import { Effect } from "effect"
import { BenchError } from "../bench-error.ts"
import { sessionsOf } from "../data/sessions.ts"
import type { Exchange } from "../load/exchange.ts"
import type { Bench } from "../measures/measure.ts"
import { readers } from "../measures/names.ts"
import * as Questions from "../measures/questions.ts"
import { startApi } from "../servers.ts"
import { microsNow, type Stretch, sharesOf } from "./shares.ts"

/** Where the time of one kind of request goes. */
export interface Profile {
  readonly name: string
  readonly shares: ReadonlyArray<readonly [owner: string, share: number]>
}

const profiled: ReadonlyArray<{
  readonly name: string
  readonly connections: number
  readonly exchanges: ReadonlyArray<Exchange>
}> = [
  { name: "append", connections: 16, exchanges: sessionsOf("append").map(Questions.append) },
  { name: "resume 50", connections: readers, exchanges: sessionsOf("whole50").map(Questions.resume) },
  { name: "resume 1,000", connections: readers, exchanges: sessionsOf("whole1000").map(Questions.resume) }
]

const profile = Effect.fnUntraced(function* (
  { generate, millis }: Bench,
  databaseUrl: string,
  { connections, exchanges, name }: (typeof profiled)[number]
) {
  const files = yield* FileSystem.FileSystem
  const directory = yield* files.makeTempDirectoryScoped({ prefix: "big-ocean-profile-" })
  const stretch = yield* Effect.scoped(
    Effect.gen(function* () {
      const { port } = yield* startApi(databaseUrl, { GROUP_COMMIT: "off" }, [
        "--cpu-prof",
        `--cpu-prof-dir=${directory}`
      ])
      yield* generate({ port, connections, exchanges, millis: 3 * millis })
      const from = microsNow()
      yield* generate({ port, connections, exchanges, millis: 3 * millis })
      const measured: Stretch = { from, to: microsNow() }
      return measured
    })
  )
  const [file] = yield* files.readDirectory(directory)
  if (file === undefined) return yield* new BenchError({ message: "The API has written no profile" })
  const found: Profile = { name, shares: sharesOf(`${directory}/${file}`, stretch) }
  return found
}, Effect.scoped)

/** CPU profiles of the API, each of a process of its own once it is warm. */
export const profileAll = (bench: Bench, databaseUrl: string) =>
  Effect.forEach(profiled, (one) => profile(bench, databaseUrl, one))
