import { Array } from "effect"

interface Placed {
  readonly id: string
  readonly sequence: number
}

/** What callers saw of one session. */
export interface Evidence {
  /** What was acknowledged with its place. */
  readonly acknowledged: ReadonlyArray<Placed>
  /** For each writer the ids that it knows to be stored, in the order in which it learned so. */
  readonly writers: ReadonlyArray<ReadonlyArray<string>>
  /** For each read during the writes the ids that it saw. */
  readonly reads: ReadonlyArray<ReadonlyArray<string>>
  /** What is there in the end. */
  readonly final: { readonly messageCount: number; readonly messages: ReadonlyArray<Placed> }
}

const startsWith = (list: ReadonlyArray<string>, start: ReadonlyArray<string>) =>
  start.length <= list.length && start.every((id, index) => list[index] === id)

/** What breaks the promises of a session: one order without gaps, exactly once, acknowledged means stored. */
export const violations = ({ acknowledged, final, reads, writers }: Evidence): ReadonlyArray<string> => {
  const { messageCount, messages } = final
  const ids = messages.map(({ id }) => id)
  const placeOf = new Map(messages.map(({ id, sequence }) => [id, sequence]))
  return [
    ...messages.flatMap(({ id, sequence }, index) =>
      sequence === index + 1 ? [] : [`${id} is number ${index + 1} and has sequence ${sequence}`]
    ),
    ...(Array.dedupe(ids).length === ids.length ? [] : ["an id is there twice"]),
    ...(messageCount === messages.length ? [] : [`${messages.length} messages, counted ${messageCount}`]),
    ...acknowledged.flatMap(({ id, sequence }) =>
      placeOf.get(id) === sequence ? [] : [`${id} was acknowledged as ${sequence}, is ${placeOf.get(id)}`]
    ),
    ...writers.flatMap((written) => {
      const places = written.map((id) => placeOf.get(id) ?? 0)
      return [
        ...(places.includes(0) ? ["an acknowledged message is missing"] : []),
        ...(places.every((place, index) => place > (places[index - 1] ?? 0))
          ? []
          : ["a writer's order changed"])
      ]
    }),
    ...reads.flatMap((read) => (startsWith(ids, read) ? [] : [`a read of ${read.length} is no prefix`]))
  ]
}
