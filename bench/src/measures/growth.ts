import { freshDatabase } from "@workspace/database/test-utils"
import { Array, Effect } from "effect"
import { loadSmall } from "../data/load.ts"
import { idOf } from "../data/sessions.ts"
import { connect } from "../database.ts"
import { startApi } from "../servers.ts"
import { type Bench, overHttp } from "./measure.ts"
import * as Questions from "./questions.ts"

/** Sessions that are spread evenly over all there are. */
const some = (count: number, all: number) =>
  Array.makeBy(count, (n) => idOf(1 + Math.floor((n * all) / count)))

/** What the number of sessions costs: each number in a database of its own, with an API of its own. */
export const sizeMeasures = Effect.fnUntraced(function* (
  bench: Bench,
  serverUrl: string,
  sizes: ReadonlyArray<number>
) {
  const measures = yield* Effect.forEach(
    sizes,
    Effect.fnUntraced(function* (sessions) {
      const url = yield* freshDatabase(serverUrl)
      const server = yield* startApi(url)
      yield* Effect.scoped(Effect.flatMap(connect(url), (client) => loadSmall(client, sessions)))
      const ids = some(1_000, sessions)
      return [
        { name: `resume one of ${sessions} sessions`, exchanges: ids.map(Questions.resume) },
        { name: `append to one of ${sessions} sessions`, exchanges: ids.map(Questions.append) }
      ].map(({ exchanges, name }) =>
        overHttp(bench)({ name, server, connections: 8, exchanges: () => exchanges, millisShare: 0.5 })
      )
    }),
    { concurrency: 2 }
  )
  return measures.flat()
})
