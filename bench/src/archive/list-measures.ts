import { FileArchiveStore } from "@workspace/archive"
import { ArchiveStore, Caller } from "@workspace/domain"
import { Array, Effect } from "effect"
import { BenchError } from "../bench-error.ts"
import { spread } from "../statistics.ts"
import { snapshot } from "./sessions.ts"

const messageCount = 20
const rounds = 10

const page = (count: number) =>
  Effect.gen(function* () {
    const store = yield* ArchiveStore
    const start = performance.now()
    const list = yield* store.list(Caller.Trusted(), { limit: 50 })
    const millis = performance.now() - start
    return list.count === count && list.sessions.length === 50
      ? millis
      : yield* new BenchError({ message: `A page of ${count} saved sessions tells of ${list.count}` })
  })

/** A page of 50 of so many saved sessions: the first time, when all files are read, and then. */
export const listMeasures = Effect.fnUntraced(function* (parent: string, count: number) {
  const directory = `${parent}/${count}`
  const store = FileArchiveStore.layer({ directory })
  const save = Effect.flatMap(ArchiveStore, ({ save }) =>
    Effect.forEach(
      Array.range(1, count),
      (number) => {
        const saved = snapshot(number, messageCount)
        return save(saved.session.id, Effect.succeed(saved))
      },
      { concurrency: 8, discard: true }
    )
  )
  const start = performance.now()
  yield* Effect.provide(save, store)
  const saving = (performance.now() - start) / count
  // A process that is new to the directory.
  const [cold, warm] = yield* Effect.all([page(count), Effect.replicateEffect(page(count), rounds)]).pipe(
    Effect.provide(store)
  )
  const { max, median, min } = spread(warm)
  return `${count} saved sessions of ${messageCount} messages: saved in ${saving.toFixed(1)} ms each; a page of 50 in ${Math.round(median)} ms (${Math.round(min)}–${Math.round(max)}), the first one in ${(cold / 1_000).toFixed(1)} s`
})
