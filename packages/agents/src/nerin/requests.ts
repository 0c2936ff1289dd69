/** What a person may say to the interviewer instead of an answer. */
export type Request = "back" | "explain" | "introduce" | "pause" | "resume" | "skip"

const it = "(?: (?:it|this|that|one|the|question|statement|please|now))*"

/** The words of each request as whole messages, in small letters and without signs. */
const patterns: ReadonlyArray<readonly [Request, RegExp]> = [
  ["skip", new RegExp(`^(?:please |can i |can we |lets |let us )?(?:skip|pass|next|leave)${it}(?: out)?$`)],
  ["skip", /^(?:i |id )?(?:would )?(?:rather not|prefer not)(?: to)?(?: say| answer)?(?: this| that| it)?$/],
  ["skip", /^(?:no comment|no answer|i (?:do not|dont) want to (?:say|answer)(?: this| that| it)?)$/],
  [
    "back",
    /^(?:please )?(?:go |one |step )*back(?: one)?(?: to the (?:last|previous) (?:one|question|statement))?(?: (?:please|now))*$/
  ],
  ["back", /^(?:undo|correction|previous(?: one| question| statement)?|i made a mistake)$/],
  [
    "back",
    /^(?:i (?:want|need|would like) to |id like to |can i |let me )?(?:change|correct|fix|redo) (?:my |the )?(?:last |previous )?(?:answer|one)$/
  ],
  ["introduce", /\b(?:who|what) (?:are|r) (?:you|u)$/],
  [
    "introduce",
    /^(?:are|r) (?:you|u) (?:a |an |really |even )*(?:ai|bot|chatbot|computer|human|human being|machine|model|nerin|person|program|real|real person|robot)$/
  ],
  ["resume", /^(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: (?:nerin|there|again))*$/],
  ["resume", /^(?:(?:hi|hello|hey|ok|okay|yes) )*(?:i am|im) (?:back|ready|here)(?: (?:again|now))*$/],
  [
    "resume",
    /^(?:ok |okay |yes )?(?:continue|resume|go on|carry on|go ahead|start|begin|lets (?:go|go on|start|continue)|ready|ok|okay)$/
  ],
  [
    "pause",
    /^(?:stop|pause|quit|exit|cancel|abort|bye|good ?bye|later|see you(?: later)?|enough)(?: (?:it|now|here|please))*$/
  ],
  [
    "pause",
    /^(?:i|we|please|can|could|lets|let)(?: (?:i|we|us|want|need|have|would|like|to|will|must|should|take|make|had))* (?:stop|pause|quit|finish|break|a break|leave|go)(?: (?:now|here|for|today|a|while|moment|this|later))*$/
  ],
  ["pause", /^(?:that is|thats|i have had|ive had|i had) enough(?: for (?:now|today))?$/],
  [
    "explain",
    /^(?:please )?(?:help|explain|repeat|again|huh|what|how|why|pardon|sorry)(?: (?:me|it|this|that|please))*$/
  ],
  [
    "explain",
    /^(?:sorry )?(?:i )?(?:do not|dont|did not|didnt) (?:understand|get)(?: (?:it|this|that|the|you|question|statement))*$/
  ]
]

/** Longer texts are not looked at: nobody asks for a pause in that many characters. */
const longest = 100

/** What a message asks of the interviewer, if that is all that it says. Any other question asks for an explanation. */
export const requestIn = (text: string): Request | undefined => {
  if (text.length > longest) return undefined
  const words = text
    .toLowerCase()
    .replaceAll(/['’]/g, "")
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
  return (
    patterns.find(([, pattern]) => pattern.test(words))?.[0] ??
    (text.trimEnd().endsWith("?") ? "explain" : undefined)
  )
}
