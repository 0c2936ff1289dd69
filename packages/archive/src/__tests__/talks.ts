import {
  AgentName,
  type ArchivedSession,
  AssessmentNote,
  byTrait,
  Completion,
  Estimate,
  Evidence,
  Facet,
  FacetEstimate,
  ItemId,
  Message,
  MessageContent,
  MessageId,
  precisionOf,
  Session,
  SessionId,
  Title,
  TraitEstimate,
  TraitEstimates
} from "@workspace/domain"
import { createTestSession } from "@workspace/domain/test-utils"
import { DateTime, Option } from "effect"
import { archivedSession } from "./archived-sessions.ts"

type Fields = Partial<ConstructorParameters<typeof Session>[0]>
type Line = readonly [role: Message["role"], content: string, metadata?: Message["metadata"]]

const startMillis = 1_767_225_600_000
export const instant = (minutes: number) => DateTime.unsafeMake(startMillis + minutes * 60_000)

export const sessionId = (name: string) => SessionId.make(`session_${startMillis}_${name.padEnd(21, "0")}`)

/** A session with these lines, a minute each. */
export const talk = (
  name: string,
  lines: ReadonlyArray<Line>,
  fields: Fields = {},
  estimates: ReadonlyArray<Estimate> = []
): ArchivedSession => {
  const id = sessionId(name)
  const messages = lines.map(
    ([role, content, metadata = {}], index) =>
      new Message({
        id: MessageId.make(`msg_${String(index + 1).padStart(21, "0")}`),
        sessionId: id,
        sequence: index + 1,
        role,
        content: MessageContent.make(content),
        metadata,
        createdAt: instant(index)
      })
  )
  const session = createTestSession({
    id,
    createdAt: instant(0),
    updatedAt: instant(Math.max(0, lines.length - 1)),
    messageCount: lines.length,
    ...fields
  })
  return archivedSession(session, messages, estimates)
}

const note = (fields: {
  asks?: string
  completion?: number
  evidence?: ReadonlyArray<readonly [string, number]>
}) =>
  new AssessmentNote({
    asks: Option.map(Option.fromNullable(fields.asks), (_) => ItemId.make(_)),
    completion: Option.map(Option.fromNullable(fields.completion), (_) => Completion.make(_)),
    evidence: (fields.evidence ?? []).map(
      ([itemId, score]) => new Evidence({ itemId: ItemId.make(itemId), score, confidence: 0.9 })
    )
  }).metadata

const estimate = (throughSequence: number, mean: number, standardError: number) =>
  new Estimate({
    throughSequence,
    traits: new TraitEstimates(
      byTrait((trait) => {
        const isAsked = trait === "extraversion"
        const error = isAsked ? standardError : 1
        return new TraitEstimate({
          mean: isAsked ? mean : 0,
          standardError: error,
          answers: isAsked ? Math.floor(throughSequence / 2) : 0,
          precision: precisionOf(error),
          facets: Facet.literals.map(
            (facet) =>
              new FacetEstimate({ facet, mean: isAsked ? mean / facet : 0, standardError: error, answers: 0 })
          )
        })
      })
    )
  })

/** Nerin asks three times, is answered twice, and left in between. */
export const nerin: ArchivedSession = (() => {
  const estimates = [estimate(3, 0.1 + 0.2, 0.813_421_337), estimate(5, -1 / 3, 0.71)]
  return talk(
    "nerin",
    [
      ["assistant", "How do you like parties?", note({ asks: "item-1", completion: 0 })],
      ["assistant", "Or rather: do you start talks with strangers?", note({ asks: "item-2", completion: 1 })],
      ["user", "Hardly ever. It’s naïve to think that I would."],
      [
        "assistant",
        "Do you feel at ease among people?",
        note({ asks: "item-3", completion: 3, evidence: [["item-2", 2]] })
      ],
      ["user", "Most of the time."],
      [
        "assistant",
        "And do you take charge?",
        note({ asks: "item-4", completion: 5, evidence: [["item-3", 4]] })
      ]
    ],
    {
      title: Option.some(Title.make("An evening among people")),
      metadata: { productName: "journal", language: "en", nested: { b: [1, 2.5, null, true], a: "…" } },
      scoredThrough: 6,
      precision:
        estimates[1]?.traits.precision ?? Session.start(sessionId("x"), Option.none(), instant(0)).precision
    },
    estimates
  )
})()

export const empty: ArchivedSession = talk("empty", [])

/** Left in a fork that was aborted, of a session that need not exist any more. */
export const fork: ArchivedSession = talk(
  "fork",
  [
    ["system", "Be brief."],
    ["user", "What is a fork?"],
    [
      "assistant",
      "A copy up to a place.",
      { model: { provider: "openai", id: "gpt-5-mini" }, usage: { tokens: 12 } }
    ],
    ["user", "And then?"],
    ["assistant", "It goes its own way.", { model: { provider: "anthropic", id: "claude-sonnet-4-5" } }]
  ],
  {
    agent: AgentName.make("guide"),
    status: "aborted",
    parentId: Option.some(sessionId("parent")),
    forkedAt: Option.some(3),
    agentSessionId: Option.some("sdk-7f3a")
  }
)

const nested = (levels: number): Message["metadata"] =>
  levels === 1 ? { leaf: true } : { level: nested(levels - 1) }

const controls = Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1)).join("")

/** Contents and metadata that are easily altered on their way. */
export const odd: ArchivedSession = talk(
  "odd",
  [
    ["user", "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 é \u{10FFFF} \uFFFD \uFFFE"],
    ["assistant", "\u202Eשלום\u202C مرحبا\u200F abc"],
    ["user", `${controls}\u007F\u0085`],
    ["assistant", "one\u2028two\u2029three"],
    ["user", "\uFEFFbegins with a byte order mark, ends with one\uFEFF"],
    ["assistant", "😀".repeat(16_384)],
    ["user", " "],
    ["assistant", '{\n"quoted": "\\u0041\\"}\r\n'],
    ["user", "deep", nested(15)],
    [
      "assistant",
      "numbers and keys",
      {
        "10": 1e21,
        "9": 1e-7,
        b: [5e-324, 1.797_693_134_862_315_7e308, 0.1, -1, 9_007_199_254_740_991, 123_456_789.123_456_78],
        a: { "": "", constructor: {}, toString: "x", "\u2028": "\u{1F600}", é: 1, "e\u0301": 2 }
      }
    ]
  ],
  {
    status: "paused",
    title: Option.some(Title.make('"A" / \\ title: ../../etc \u2028 עברית 😀')),
    metadata: { productName: "", empty: {}, none: null, list: [] }
  }
)

/** With a model's answers, completed. */
export const modelled: ArchivedSession = talk(
  "modelled",
  [
    ["user", "Hello."],
    ["assistant", "Hello. What brings you here?", { model: { provider: "openai", id: "gpt-5-mini" } }]
  ],
  { agent: AgentName.make("guide"), status: "completed" }
)

/** Large enough that its file is written in several pieces. */
export const long: ArchivedSession = talk(
  "long",
  Array.from({ length: 2_000 }, (_, index) => [
    index % 2 === 0 ? "assistant" : "user",
    `${index} ${"word ".repeat(50)}`
  ])
)
