import { type Cue, type Item, itemsOf } from "./lexicon.ts"
import { echoBreakers, objects } from "./phrases.ts"
import { type Statement, stem } from "./statement.ts"

/** How many other words may stand between two of the statement: "I worry almost constantly about things". */
const gap = 4

const breaker = new Set(echoBreakers.split(" | "))
const object = new Set(objects.split(" | "))

/** Where the words repeat the whole statement, its minor words aside. */
const findWhole = (
  words: ReadonlyArray<string>,
  { stems, needed, words: own }: Statement
): ReadonlySet<number> => {
  const places = new Set<number>()
  const [head] = stems
  if (head === undefined) return places
  const said = words.map(stem)
  for (let start = said.indexOf(head); start >= 0; ) {
    const found: Array<number> = []
    let from = start
    for (const wanted of stems) {
      const place = said.slice(from, from + gap).indexOf(wanted)
      if (place < 0) break
      found.push(from + place)
      from += place + 1
    }
    const span = words.slice(Math.max(start - 1, 0), from)
    const isBroken = span.some((word) => breaker.has(word) && !own.has(word))
    if (found.length >= needed && !isBroken) for (const place of found) places.add(place)
    start = said.indexOf(head, Math.max(from, start + 1))
  }
  return places
}

/** Phrases are looked for between the words that repeat the statement, so that none claims those. */
const itemsAround = (words: ReadonlyArray<string>, places: ReadonlySet<number>): ReadonlyArray<Item> => {
  const items: Array<Item> = []
  let run: Array<string> = []
  words.forEach((word, index) => {
    if (!places.has(index)) {
      run.push(word)
      return
    }
    items.push(...itemsOf(run), { cue: { kind: "echo" }, words: [word] })
    run = []
  })
  return [...items, ...itemsOf(run)]
}

/** Marks words that a person says of themselves in the order of the statement, from its first: "I never make friends". */
const markPart = (items: ReadonlyArray<Item>, { stems, enough }: Statement): ReadonlyArray<Item> => {
  let next = 0
  const marked = items.map((item): Item => {
    const wanted = stems[next]
    if (item.cue.kind !== "unknown" || wanted === undefined || stem(item.words[0] ?? "") !== wanted)
      return item
    next += 1
    return { ...item, cue: { kind: "echo" } }
  })
  const isOfSelf = items.some(({ words }) => words[0] === "i")
  const hasObject = items.some(({ words }) => object.has(words.join(" ")))
  return isOfSelf && (next >= enough || hasObject) ? marked : items
}

const repeatable: ReadonlyArray<Cue["kind"]> = ["often", "degree", "leaning", "fit"]

/** "always always" is "always". */
const withoutRepeats = (items: ReadonlyArray<Item>) =>
  items.filter(
    ({ cue, words }, index) =>
      !repeatable.includes(cue.kind) || words.join(" ") !== items[index - 1]?.words.join(" ")
  )

const beside: ReadonlyArray<Cue["kind"]> = ["unknown", "joint", "hedge", "question"]

/** The items of an answer, with what repeats the statement, whole or from its beginning, marked in them. */
export const markEcho = (words: ReadonlyArray<string>, statement: Statement) => {
  const places = findWhole(words, statement)
  const items =
    places.size > 0 ? itemsAround(words, places) : markPart(withoutRepeats(itemsOf(words)), statement)
  const head = items.findIndex(({ cue }) => cue.kind === "echo")
  return {
    isWhole: places.size > 0,
    items: items.map((item, index): Item => {
      const [word = ""] = item.words
      if (word === "to" && item.words.length === 1 && head === index + 1)
        return { ...item, cue: { kind: "unknown" } }
      // "right and wrong" in the statement are no verdict on it.
      if (item.cue.kind === "fit" && statement.stems.includes(stem(item.words.join(" ")))) {
        return { ...item, cue: { kind: "unknown" } }
      }
      const isMinor = head >= 0 && item.words.length === 1 && (statement.minor.has(word) || object.has(word))
      return isMinor && beside.includes(item.cue.kind) ? { ...item, cue: { kind: "filler" } } : item
    })
  }
}
