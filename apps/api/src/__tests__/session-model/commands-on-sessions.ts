import { assert } from "@effect/vitest"
import { Array, FastCheck, Schema } from "effect"
import { posting } from "../../test-utils/exchange.ts"
import { givesHistory, givesSession, isMissing, refuses } from "./answers.ts"
import { anybody, type Command, command, commandOnSession, mostlyOwner } from "./command.ts"
import {
  canBecome,
  isVisible,
  type Model,
  type ModelSession,
  onTheWire,
  statuses,
  type Who
} from "./model.ts"

const { constant, constantFrom } = FastCheck

const optional = { requiredKeys: [] } satisfies FastCheck.RecordConstraints

const fields = {
  title: constantFrom("Plans for the sea", "Sea", null),
  metadata: constantFrom<Array<object>>({}, { skill: 1 }, { skill: 1, tags: ["a", null] }),
  agentSessionId: constantFrom("agent-1", null)
}

const Started = Schema.Struct({
  sessionId: Schema.String,
  createdAt: Schema.String,
  claimToken: Schema.optional(Schema.String.pipe(Schema.length(43)))
})
const Created = Schema.Struct({ id: Schema.String, createdAt: Schema.String, updatedAt: Schema.String })

const startOf = (id: string, createdAt: string, owner: Who, fields: Partial<ModelSession>): ModelSession => ({
  id,
  createdAt,
  updatedAt: createdAt,
  owner,
  agent: "nerin",
  claimToken: undefined,
  parentId: null,
  forkedAt: null,
  title: null,
  status: "active",
  agentSessionId: null,
  metadata: {},
  version: 1,
  messages: [],
  tags: [],
  isRemoved: false,
  ...fields
})

const enter = (model: Model, session: ModelSession): void => {
  assert.isFalse(model.sessions.some(({ id }) => id === session.id))
  model.sessions.push(session)
}

const create = command(
  "create",
  FastCheck.record({ ...fields, agent: constantFrom("nerin", "other") }, optional),
  async (model, ask, who, given) => {
    const reply = await ask(posting("/api/sessions", given))
    if (who === "nobody") return refuses(reply, 401, "UNAUTHORIZED")
    assert.strictEqual(reply.status, 201, reply.text)
    const { createdAt, id } = Schema.decodeUnknownSync(Created)(reply.body)
    const session = startOf(id, createdAt, who, given)
    assert.deepStrictEqual(reply.body, onTheWire(model, session))
    enter(model, session)
  }
)

const start = command("start", constant({}), async (model, ask, who) => {
  const reply = await ask(posting("/api/assessment/start", {}))
  assert.strictEqual(reply.status, 201, reply.text)
  const { claimToken, createdAt, sessionId } = Schema.decodeUnknownSync(Started)(reply.body)
  assert.strictEqual(claimToken === undefined, who !== "nobody")
  enter(model, startOf(sessionId, createdAt, who, { claimToken }))
})

const startForAnother = command("start for another", constant({}), async ({ names }, ask, who) => {
  const userId = who === "alice" ? names.bob : names.alice
  const reply = await ask(posting("/api/assessment/start", { userId }))
  if (who === "nobody") return refuses(reply, 401, "UNAUTHORIZED")
  refuses(reply, 403, "FORBIDDEN", { userId })
})

/** One of the tags that the session had, counted from the newest; or none at all. */
const seenTags = FastCheck.option(FastCheck.nat({ max: 3 }))

const tagOf = ({ tags }: ModelSession, back: number | null) =>
  back === null ? undefined : tags.at(-1 - (back % Math.max(1, tags.length)))

const goals = { pause: "paused", resume: "active", complete: "completed" } as const

const setStatus = commandOnSession(
  "set",
  mostlyOwner,
  FastCheck.record({ verb: constantFrom<Array<keyof typeof goals>>("pause", "resume", "complete") }),
  async ({ args: { verb }, ask, model, session, who }) => {
    const reply = await ask({ method: "POST", path: `/api/assessment/sessions/${session.id}/${verb}` })
    const status = goals[verb]
    if (!isVisible(who, session)) return isMissing(reply, session)
    if (!canBecome(session.status, status)) {
      return refuses(reply, 400, "INVALID_STATE", { currentStatus: session.status })
    }
    givesSession(model, session, reply, { status })
  }
)

const update = commandOnSession(
  "update",
  mostlyOwner,
  FastCheck.record({
    change: FastCheck.record({ ...fields, status: constantFrom(...statuses) }, optional),
    ifMatch: seenTags
  }),
  async ({ args: { change, ifMatch }, ask, model, session, who }) => {
    const seen = tagOf(session, ifMatch)
    const { status = session.status } = change
    const reply = await ask({
      ...posting(`/api/sessions/${session.id}`, change, seen === undefined ? {} : { "if-match": seen.tag }),
      method: "PUT"
    })
    if (!isVisible(who, session)) return isMissing(reply, session)
    if (seen !== undefined && seen.version !== session.version) {
      return refuses(reply, 412, "CONFLICT", {
        sessionId: session.id,
        session: onTheWire(model, session),
        messages: session.messages.slice(seen.messageCount)
      })
    }
    if (!canBecome(session.status, status)) {
      return refuses(reply, 400, "INVALID_STATE", { currentStatus: session.status })
    }
    givesSession(model, session, reply, change)
    assert.strictEqual(session.tags.at(-1)?.version, session.version)
  }
)

const claim = commandOnSession(
  "claim",
  anybody,
  FastCheck.record({ token: constantFrom("right", "wrong") }),
  async ({ args: { token }, ask, model, session, who }) => {
    const claimToken = (token === "right" ? session.claimToken : undefined) ?? "x".repeat(43)
    const reply = await ask(posting(`/api/sessions/${session.id}/claim`, { claimToken }))
    if (who === "nobody") return refuses(reply, 401, "UNAUTHORIZED")
    if (!isVisible(who, session)) return isMissing(reply, session)
    if (session.owner === "nobody" && claimToken !== session.claimToken) {
      return refuses(reply, 403, "FORBIDDEN", { sessionId: session.id })
    }
    givesSession(model, session, reply, { owner: who })
  }
)

const fork = commandOnSession(
  "fork",
  mostlyOwner,
  FastCheck.record({ atSequence: FastCheck.nat({ max: 4 }), title: constant("What if") }, optional),
  async ({ args: given, ask, model, session, who }) => {
    const reply = await ask(posting(`/api/sessions/${session.id}/fork`, given))
    if (!isVisible(who, session)) return isMissing(reply, session)
    const { atSequence = session.messages.length, title = session.title } = given
    if (atSequence > session.messages.length) {
      return refuses(reply, 400, "VALIDATION_ERROR", { messageCount: session.messages.length })
    }
    assert.strictEqual(reply.status, 201, reply.text)
    const { createdAt, id, updatedAt } = Schema.decodeUnknownSync(Created)(reply.body)
    assert.isTrue(session.updatedAt <= updatedAt, `${session.updatedAt} before ${updatedAt}`)
    const forked = startOf(id, createdAt, who, {
      updatedAt,
      title,
      agent: session.agent,
      metadata: session.metadata,
      claimToken: who === "nobody" ? session.claimToken : undefined,
      messages: session.messages.slice(0, atSequence).map((message) => ({ ...message, sessionId: id })),
      parentId: session.id,
      forkedAt: atSequence
    })
    assert.deepStrictEqual(reply.body, onTheWire(model, forked))
    enter(model, forked)
  }
)

const remove = commandOnSession("delete", mostlyOwner, constant({}), async ({ ask, session, who }) => {
  const reply = await ask({ method: "DELETE", path: `/api/sessions/${session.id}` })
  if (!isVisible(who, session)) return isMissing(reply, session)
  assert.deepStrictEqual([reply.status, reply.text], [204, ""])
  session.isRemoved = true
})

const get = commandOnSession(
  "get",
  mostlyOwner,
  FastCheck.record({ ifNoneMatch: seenTags }),
  async ({ args: { ifNoneMatch }, ask, model, session, who }) => {
    const seen = tagOf(session, ifNoneMatch)
    const headers = seen === undefined ? {} : { "if-none-match": seen.tag }
    const reply = await ask({ path: `/api/sessions/${session.id}`, headers })
    if (!isVisible(who, session)) return isMissing(reply, session)
    if (seen === undefined || seen.version !== session.version) return givesHistory(model, session, reply)
    assert.deepStrictEqual([reply.status, reply.text, reply.headers.etag], [304, "", seen.tag])
  }
)

/** What makes, changes, shows and removes a session, and how often. */
export const onSessions: ReadonlyArray<FastCheck.Arbitrary<Command>> = [
  ...Array.replicate(create, 2),
  ...Array.replicate(start, 3),
  startForAnother,
  ...Array.replicate(setStatus, 3),
  ...Array.replicate(update, 3),
  ...Array.replicate(claim, 2),
  fork,
  remove,
  get
]
