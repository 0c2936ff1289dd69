import { Chunk, Duration, Effect, Option, Random } from "effect"
import { asCreated } from "../../test-utils/workspace-caller.ts"
import type { Served } from "./workspaces.ts"

/** What is known of a workspace from outside. */
export interface Known {
  readonly id: string
  readonly name: string
  /** What it may be at: the last that was acknowledged, and what was asked for since. */
  readonly phases: Array<string | null>
}

/** What was asked for, and what came of it as far as it was told. */
export interface Record {
  readonly alive: Map<string, Known>
  /** Names of workspaces whose creation was not acknowledged. */
  readonly unmade: Set<string>
  /** Names of those that were refused. */
  readonly refused: Set<string>
  /** Those whose destruction was not acknowledged. */
  readonly unsure: Map<string, Known>
  /** Ids of those whose destruction was. */
  readonly destroyed: Set<string>
  count: number
  /** How many requests were answered, and how long the last of them took. */
  acknowledged: number
  lastMillis: number
  /** How many times the snapshot file was read. */
  reads: number
}

export const emptyRecord = (): Record => ({
  alive: new Map(),
  unmade: new Set(),
  refused: new Set(),
  unsure: new Map(),
  destroyed: new Set(),
  count: 0,
  acknowledged: 0,
  lastMillis: 0,
  reads: 0
})

const create = Effect.fnUntraced(function* ({ post }: Served, record: Record) {
  record.count += 1
  const name = `w-${record.count}`
  record.unmade.add(name)
  const reply = yield* post({ name })
  record.unmade.delete(name)
  if (reply.status === 409) {
    record.refused.add(name)
    return
  }
  const { id } = yield* asCreated(reply)
  record.alive.set(id, { id, name, phases: [null] })
})

const update = Effect.fnUntraced(function* (server: Served, record: Record, known: Known) {
  record.count += 1
  const phase = `phase ${record.count}`
  known.phases.push(phase)
  yield* server.update(known.id, { currentPhase: phase, ptyPid: record.count })
  known.phases.splice(0, known.phases.length, phase)
})

const destroy = Effect.fnUntraced(function* (server: Served, record: Record, known: Known) {
  record.alive.delete(known.id)
  record.unsure.set(known.id, known)
  yield* server.destroy(known.id)
  record.unsure.delete(known.id)
  record.destroyed.add(known.id)
})

/** Creates, updates and destroys, each workspace by one worker at a time, until the server is gone. */
export const work = (server: Served, record: Record, workers: number) => {
  const busy = new Set<string>()
  const change = Effect.fnUntraced(function* (known: Known) {
    busy.add(known.id)
    const chance = yield* Random.nextIntBetween(0, 10)
    yield* chance < 4
      ? create(server, record)
      : chance < 7
        ? update(server, record, known)
        : destroy(server, record, known)
    busy.delete(known.id)
  })
  const step = Effect.gen(function* () {
    const free = [...record.alive.values()].filter(({ id }) => !busy.has(id))
    const [took] = yield* Random.shuffle(free).pipe(
      Effect.map(Chunk.head),
      Effect.flatMap(Option.match({ onNone: () => create(server, record), onSome: change })),
      Effect.timed
    )
    record.acknowledged += 1
    record.lastMillis = Duration.toMillis(took)
  })
  return Effect.replicateEffect(Effect.flip(Effect.forever(step)), workers, { concurrency: "unbounded" })
}
