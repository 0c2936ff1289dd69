// What the API promises of sessions, in plain data and without a line of the product.

export type Who = "alice" | "bob" | "nobody"
export const statuses = ["active", "paused", "completed", "aborted"] as const
export type Status = (typeof statuses)[number]

export interface ModelMessage {
  readonly id: string
  readonly sessionId: string
  readonly sequence: number
  readonly role: string
  readonly content: string
  readonly metadata: object
  readonly createdAt: string
}

/** An `ETag` that the API gave out, and what it stood for. */
export interface Tag {
  readonly tag: string
  readonly version: number
  readonly messageCount: number
}

export interface ModelSession {
  readonly id: string
  readonly createdAt: string
  readonly agent: string
  readonly claimToken: string | undefined
  readonly parentId: string | null
  readonly forkedAt: number | null
  readonly tags: Array<Tag>
  readonly messages: Array<ModelMessage>
  owner: Who
  title: string | null
  status: Status
  agentSessionId: string | null
  metadata: object
  version: number
  updatedAt: string
  isRemoved: boolean
}

export interface Model {
  /** What the users of this run are called. */
  readonly names: Readonly<Record<Exclude<Who, "nobody">, string>>
  readonly sessions: Array<ModelSession>
}

export const isVisible = (who: Who, { isRemoved, owner }: ModelSession): boolean =>
  !isRemoved && (owner === "nobody" || owner === who)

const ways: Readonly<Record<Status, ReadonlyArray<Status>>> = {
  active: ["active", "paused", "completed", "aborted"],
  paused: ["paused", "active", "completed", "aborted"],
  completed: ["completed"],
  aborted: ["aborted"]
}

export const canBecome = (from: Status, to: Status): boolean => ways[from].includes(to)

/** How many messages of the user come right after one of the agent. */
const answersIn = (messages: ReadonlyArray<ModelMessage>) =>
  messages.filter(({ role }, n) => role === "user" && messages[n - 1]?.role === "assistant").length

/** The session as the API writes it. */
export const onTheWire = ({ names }: Model, session: ModelSession) => ({
  ...(session.owner === "nobody" ? {} : { userId: names[session.owner] }),
  id: session.id,
  agent: session.agent,
  title: session.title,
  status: session.status,
  precision: {
    openness: 0.5,
    conscientiousness: 0.5,
    extraversion: 0.5,
    agreeableness: 0.5,
    neuroticism: 0.5
  },
  // The agent takes no notes: there is nothing to score.
  scoredThrough: session.messages.length,
  messageCount: session.messages.length,
  questionCount: answersIn(session.messages),
  completion: session.status === "completed" ? 100 : 0,
  agentSessionId: session.agentSessionId,
  parentId: session.parentId,
  forkedAt: session.forkedAt,
  metadata: session.metadata,
  version: session.version,
  createdAt: session.createdAt,
  updatedAt: session.updatedAt
})

/** As many whole words as go into 80 characters with what follows them; null when there are none. */
export const titleOf = (content: string): string | null => {
  const words = content.split(/\s/).filter((word) => word !== "")
  const whole = words.join(" ")
  const lengthOf = (text: string) => [...text].length
  if (whole === "" || lengthOf(whole) <= 80) return whole === "" ? null : whole
  let kept = ""
  for (const word of words) {
    const longer = kept === "" ? word : `${kept} ${word}`
    if (lengthOf(longer) > 79) break
    kept = longer
  }
  return `${kept === "" ? [...whole].slice(0, 80).join("") : kept}…`
}

const wordsOf = (text: string) => text.toLowerCase().split(/[^a-z]+/)

const holds = (session: ModelSession, q: string): boolean =>
  [session.title ?? "", ...session.messages.map(({ content }) => content)].some((text) =>
    wordsOf(q).every((word) => wordsOf(text).includes(word))
  )

export interface ListFilter {
  readonly status?: Status
  readonly agent?: string
  readonly q?: string
}

/** A user's list, last changed first. */
export const listOf = ({ sessions }: Model, who: Who, { agent, q, status }: ListFilter) =>
  sessions
    .filter((session) => session.owner === who && !session.isRemoved)
    .filter((session) => status === undefined || session.status === status)
    .filter((session) => agent === undefined || session.agent === agent)
    .filter((session) => q === undefined || holds(session, q))
    .sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : a.id < b.id ? 1 : -1))
