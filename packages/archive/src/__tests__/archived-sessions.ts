import {
  type ArchivedSession,
  AssessmentNote,
  Estimate,
  Message,
  MessageContent,
  Session,
  type SessionSnapshot
} from "@workspace/domain"
import { Arbitrary, FastCheck, Option, Stream } from "effect"

/** What a store would say of the messages. */
const counted = (session: Session, messages: ReadonlyArray<Message>): Session => {
  const notes = messages.flatMap((message) => Option.toArray(AssessmentNote.of(message)))
  const completions = notes.flatMap(({ completion }) => Option.toArray(completion))
  return new Session({
    ...session,
    messageCount: messages.length,
    questionCount: messages.filter(
      ({ role }, index) => role === "user" && messages[index - 1]?.role === "assistant"
    ).length,
    completion: session.status === "completed" ? 100 : (completions.at(-1) ?? 0)
  })
}

/** A session as a file can hold it: nobody's, of version 0, with what a store says of its messages. */
export const archivedSession = (
  session: Session,
  messages: ReadonlyArray<Message>,
  estimates: ReadonlyArray<Estimate> = []
): ArchivedSession => ({
  session: counted(new Session({ ...session, userId: Option.none(), version: 0 }), messages),
  messages,
  estimates
})

export const snapshotOf = ({ estimates, messages, session }: ArchivedSession): SessionSnapshot => ({
  session,
  estimates: Stream.fromIterable(estimates),
  messages: Stream.fromIterable(messages)
})

const note = Arbitrary.make(AssessmentNote).map((_) => _.metadata)
const model = FastCheck.record({
  model: FastCheck.record({ provider: FastCheck.string(), id: FastCheck.string() })
})
const wellFormed = FastCheck.string({ unit: "binary" }).map((text) => text.replaceAll("\0", " "))
const numbers = FastCheck.double({ noDefaultInfinity: true, noNaN: true })

/** Contents and numbers that texts of JSON have more than one way to write. */
const content = FastCheck.oneof(
  Arbitrary.make(MessageContent),
  FastCheck.constantFrom(
    "\u2028\u2029",
    "\uFEFF",
    "{",
    "}\n{",
    '"\\',
    "\u0001\u001F\u007F",
    "שלום",
    "👩‍👩‍👧"
  ).map((_) => MessageContent.make(_))
)
const metadata = FastCheck.oneof(
  Arbitrary.make(Message.fields.metadata),
  note,
  FastCheck.dictionary(
    FastCheck.oneof(
      FastCheck.nat().map(String),
      wellFormed.filter((_) => _ !== "__proto__")
    ),
    numbers,
    { maxKeys: 4, noNullPrototype: true }
  ),
  model.filter(({ model }) => [model.provider, model.id].every((_) => _.isWellFormed() && !_.includes("\0")))
)

/** Any session that a store could have. */
export const anyArchivedSession: FastCheck.Arbitrary<ArchivedSession> = FastCheck.tuple(
  Arbitrary.make(Session),
  FastCheck.uniqueArray(FastCheck.tuple(Arbitrary.make(Message), content, metadata), {
    maxLength: 12,
    selector: ([{ id }]) => id
  }),
  FastCheck.array(Arbitrary.make(Estimate), { maxLength: 3 }),
  FastCheck.nat(12)
).map(([session, drawn, estimates, through]) => {
  const messages = drawn.map(
    ([message, content, metadata], index) =>
      new Message({ ...message, sessionId: session.id, sequence: index + 1, content, metadata })
  )
  const scoredThrough = Math.min(through, messages.length)
  const [createdAt, updatedAt] =
    session.createdAt.epochMillis <= session.updatedAt.epochMillis
      ? [session.createdAt, session.updatedAt]
      : [session.updatedAt, session.createdAt]
  return archivedSession(
    new Session({ ...session, scoredThrough, messageCount: messages.length, createdAt, updatedAt }),
    messages,
    estimates
      .slice(0, scoredThrough)
      .map((estimate, index) => new Estimate({ ...estimate, throughSequence: index + 1 }))
  )
})
