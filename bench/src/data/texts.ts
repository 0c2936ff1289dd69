const seed = 20_260_101

/** Numbers from 0 to 1, always the same ones (mulberry32). */
const randomFrom = (start: number) => {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

// Quotes, line breaks and accents are what JSON and UTF-8 cost extra for.
const words = 'I like to be among "people" most of the time, naïve as café talk may sound.\nSometimes'.split(
  " "
)

/** A text of 200 to 400 bytes. */
const makeText = (random: () => number): string => {
  const target = 200 + Math.floor(random() * 185)
  let text = ""
  while (Buffer.byteLength(text) < target) text += `${words[Math.floor(random() * words.length)]} `
  return text
}

const random = randomFrom(seed)

/** What all messages say, in every run the same. */
export const texts: ReadonlyArray<string> = Array.from({ length: 997 }, () => makeText(random))

export const textOf = (turn: number): string => texts[turn % texts.length] ?? ""
