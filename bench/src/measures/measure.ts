import { Effect } from "effect"
import type { BenchError } from "../bench-error.ts"
import type { Exchange } from "../load/exchange.ts"
import type { Generator } from "../load/generator.ts"
import type { Sample, Sampler } from "../sample.ts"
import type { Server } from "../servers.ts"

/** What one round of one measure came to, and whose it is. */
export interface Result {
  readonly name: string
  readonly contender: string
  readonly sample: Sample
}

/** Something that is done once a round. Measures of the same name follow each other: A B, A B, A B. */
export type Measure<E = BenchError, R = never> = (round: number) => Effect.Effect<ReadonlyArray<Result>, E, R>

/** What all measures work with. */
export interface Bench {
  readonly generate: Generator
  readonly sample: Sampler
  /** How long one measure takes in one round. */
  readonly millis: number
}

interface HttpMeasure {
  readonly name: string
  readonly server: Server
  readonly connections: number
  readonly exchanges: (round: number) => ReadonlyArray<Exchange>
  /** Each exchange once, instead of over and over. */
  readonly once?: boolean
  /** Which part of the usual time it takes. */
  readonly millisShare?: number
}

/** How much longer the round takes that does not count, in which the code is compiled: a server runs for days. */
const warmUpTimes = 3

/**
 * Which part of a measure's time comes before it in each round and does not count: whoever was not asked for a minute has to
 * connect to PostgreSQL again.
 */
export const leadInShare = 1 / 3

/** Requests to a server, for a while or each once. */
export const overHttp =
  ({ generate, millis, sample }: Bench) =>
  ({ connections, exchanges, millisShare = 1, name, once = false, server }: HttpMeasure): Measure =>
  (round) => {
    const load = { port: server.port, connections, exchanges: exchanges(round) }
    const lasting = millis * millisShare * (round === 0 ? warmUpTimes : 1)
    const measured = sample(generate(once ? load : { ...load, millis: lasting }), [server.pid])
    return Effect.unless(generate({ ...load, millis: lasting * leadInShare }), () => once).pipe(
      Effect.zipRight(measured),
      Effect.map((one) => [{ name, contender: server.name, sample: one }])
    )
  }
