import { isDeepStrictEqual } from "node:util"
import { assert } from "@effect/vitest"
import { Schema } from "effect"
import type { Reply } from "../../test-utils/exchange.ts"
import { type Model, type ModelMessage, type ModelSession, onTheWire } from "./model.ts"

const Changed = Schema.Struct({ updatedAt: Schema.String })

/** A problem with this status and code, and with these of its own members. */
export const refuses = (reply: Reply, status: number, code: string, members: object = {}): void => {
  assert.strictEqual(reply.status, status, reply.text)
  assert.deepInclude(reply.body, { status, code, ...members })
}

export const isMissing = (reply: Reply, { id }: ModelSession): void =>
  refuses(reply, 404, "NOT_FOUND", { sessionId: id })

/** What a tag stands for never changes, and no two versions have the same one. */
const learnTag = ({ messages, tags, version }: ModelSession, tag: string): void => {
  for (const known of tags) {
    assert.strictEqual(known.tag === tag, known.version === version, `${tag} for version ${version}`)
  }
  tags.push({ tag, version, messageCount: messages.length })
}

/** Whatever changes a session raises its version by one; only when it did so is not foretold. */
export const becomes = (
  session: ModelSession,
  change: Partial<Pick<ModelSession, "owner" | "title" | "status" | "metadata" | "agentSessionId">>,
  updatedAt: string
): void => {
  if (isDeepStrictEqual({ ...session, ...change }, session)) return
  assert.isTrue(session.updatedAt <= updatedAt, `${session.updatedAt} before ${updatedAt}`)
  Object.assign(session, change, { updatedAt, version: session.version + 1 })
}

/** The session as it is after a change. */
export const givesSession = (
  model: Model,
  session: ModelSession,
  reply: Reply,
  change: Parameters<typeof becomes>[1]
): void => {
  assert.strictEqual(reply.status, 200, reply.text)
  becomes(session, change, Schema.decodeUnknownSync(Changed)(reply.body).updatedAt)
  assert.deepStrictEqual(reply.body, onTheWire(model, session))
  if (reply.headers.etag !== undefined) learnTag(session, reply.headers.etag)
}

const Stored = Schema.Struct({ id: Schema.String, createdAt: Schema.String })

/** The message that was stored, next in its session; an untitled session takes the title. */
export const givesNewMessage = (
  session: ModelSession,
  reply: Reply,
  message: Omit<ModelMessage, "id" | "sequence" | "createdAt" | "sessionId"> & { readonly id?: string },
  title: string | null
): void => {
  assert.strictEqual(reply.status, 201, reply.text)
  const stored = Schema.decodeUnknownSync(Stored)(reply.body)
  const sequence = session.messages.length + 1
  const expected = { ...stored, ...message, sessionId: session.id, sequence }
  assert.deepStrictEqual(reply.body, expected)
  assert.isFalse(session.messages.some(({ id }) => id === stored.id))
  assert.isTrue(session.updatedAt <= stored.createdAt, `${session.updatedAt} before ${stored.createdAt}`)
  session.messages.push(expected)
  session.title ??= title
  session.updatedAt = stored.createdAt
  session.version += 1
}

/** The whole session, and its tag. */
export const givesHistory = (model: Model, session: ModelSession, reply: Reply): void => {
  assert.strictEqual(reply.status, 200, reply.text)
  assert.deepStrictEqual(reply.body, { session: onTheWire(model, session), messages: session.messages })
  learnTag(session, `${reply.headers.etag}`)
}
