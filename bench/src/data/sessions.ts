/** Who owns sessions: all those that are listed and searched are of one, which nobody writes to. */
export const owners = { big: "big", other: "other" } as const

const startMillis = 1_767_225_600_000

interface Set {
  readonly size: number
  readonly count: number
  readonly owner: keyof typeof owners
}

/** So many rounds have sessions of their own for what must begin at a certain length. */
const freshRounds = 6
const grownSessions = 4

/** Sessions by what is done with them: 200,000 messages in all. */
const sets = {
  whole10000: { size: 10_000, count: 7, owner: "big" },
  whole1000: { size: 1_000, count: 40, owner: "big" },
  whole50: { size: 50, count: 547, owner: "big" },
  listed: { size: 0, count: 9_406, owner: "big" },
  append: { size: 0, count: 2_000, owner: "other" },
  append1000: { size: 1_000, count: 16, owner: "other" },
  send: { size: 0, count: 1_000, owner: "other" },
  grown0: { size: 0, count: grownSessions * freshRounds, owner: "other" },
  grown10: { size: 10, count: grownSessions * freshRounds + 1, owner: "other" },
  grown100: { size: 100, count: grownSessions * freshRounds, owner: "other" },
  grown1000: { size: 1_000, count: grownSessions, owner: "other" },
  grown10000: { size: 10_000, count: grownSessions, owner: "other" },
  verified: { size: 0, count: 2, owner: "other" }
} as const satisfies Record<string, Set>

export type SetName = keyof typeof sets

const numbered = Object.entries(sets).flatMap(([name, { count, owner, size }]) =>
  Array.from({ length: count }, () => ({ name, owner: owners[owner], size }))
)

export const idOf = (number: number) => `session_${startMillis}_${String(number).padStart(21, "0")}`

/** Every session that is loaded; the first one is number 1. */
export const allSessions = numbered.map((session, index) => ({ ...session, id: idOf(index + 1) }))

/** The ids of a set's sessions. */
export const sessionsOf = (wanted: SetName): ReadonlyArray<string> =>
  allSessions.flatMap(({ id, name }) => (name === wanted ? [id] : []))

/** The numbers of a set's sessions, from the first to the last. */
export const rangeOf = (wanted: SetName): readonly [first: number, last: number] => {
  const first = allSessions.findIndex(({ name }) => name === wanted) + 1
  return [first, first + sets[wanted].count - 1]
}

/** The four sessions of a set that a round writes to: each round its own, as long as there are any. */
export const grownIn = (name: SetName, round: number): ReadonlyArray<string> => {
  const all = sessionsOf(name)
  const from = (round * grownSessions) % (all.length - (all.length % grownSessions))
  return all.slice(from, from + grownSessions)
}

/** A word in one message of each of ten sessions of the big owner. */
export const rareWord = "kingfisher"
const [firstShort] = rangeOf("whole50")
export const sessionsWithRareWord = Array.from({ length: 10 }, (_, n) => firstShort + n * 37)
