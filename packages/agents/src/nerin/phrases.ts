/** A statement to be judged, and the steps to judge it by. */
interface Question {
  readonly statement: string
  /** The five labels, from "very inaccurate" to "very accurate". */
  readonly labels: ReadonlyArray<string>
}

const scale = (labels: ReadonlyArray<string>) =>
  labels.map((label, index) => `${index + 1} = ${label}`).join("\n")

const ends = (labels: ReadonlyArray<string>) => `from 1 (${labels[0]}) to 5 (${labels[4]})`

const taken = ["Noted.", "Thank you.", "All right."]

/**
 * All that Nerin says around the statements, in English. Statements and steps come from the item bank, in the
 * person's language.
 */
export const phrases = {
  introduction:
    "I am Nerin, a structured interviewer: a program that asks a fixed set of questions, not a person and no therapist.",

  greeting: (maxItems: number, { labels }: Question) =>
    `I show you statements, and you say how well each one describes you as you usually are. Answer with a number or in words:

${scale(labels)}

There are no right or wrong answers. Say “skip” to leave a statement out, “back” to return to the one before, “help” if something is unclear. You can pause whenever you like and go on later; nothing is lost. I stop when I know enough, after ${maxItems} statements at the latest.`,

  /** `hasResults`: the results come in it, too. */
  otherLanguage: (name: string, hasResults: boolean) =>
    `The statements and the five steps are in your language (${name}). Everything else I say is in English, and I understand numbers and the names of the five steps.${hasResults ? "" : " Your results will be in English, too."}`,

  missingLanguage: (tag: string) => `I have no statements in the language “${tag}”, so I ask in English.`,

  statement: ({ statement }: Question) => `“${statement}”`,

  /** An answer that can only mean this. */
  taken: (answered: number) => taken[answered % taken.length] ?? "Noted.",

  /** An answer in other words: how it was understood. */
  understood: (choice: number, { labels }: Question) => `I take that as ${choice} (${labels[choice - 1]}).`,

  progress: (answered: number, percent: number) =>
    percent === 0 ? `(${answered} answered)` : `(${answered} answered, about ${percent} % of the way)`,

  unplaced: ({ labels }: Question) =>
    `I could not place that. Which number comes closest, ${ends(labels)}? “Skip” leaves the statement out.`,

  left: "I could not place that either, so we leave it out.",

  skipped: "We leave it out.",

  kept: "Then your earlier answer stays.",

  explanation: ({ labels }: Question) =>
    `How well does the statement describe you as you usually are, compared with other people that you know? Take it as you understand it; the first answer that comes to mind is fine.

${scale(labels)}`,

  pause:
    "Of course. Everything is stored: come back whenever you like, and go on with this statement. If you stop for good, what you have answered still counts.",

  resumed: "Then let us go on.",

  again: (isAnswered: boolean) =>
    isAnswered ? "Once more, then; your new answer replaces the old one." : "Here it is once more.",

  nothingEarlier: "There is nothing before this statement.",

  /** `isKnown`: every trait is known as well as it was to be. */
  closing: (isKnown: boolean, results: string) =>
    `${isKnown ? "That was the last statement: I know enough." : "That was the last statement: I have no more, although I would like to know some things better."} Thank you for your time. Your results are at ${results}; they say how certain each of them is, and are no diagnosis.`,

  closingWithoutAnswers:
    "That was the last statement. You have left out all of them, so there are no results. Thank you for your time."
}
