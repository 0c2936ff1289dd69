// JSON Schemas: Fastify checks bodies with them (ajv) and writes answers by them (fast-json-stringify).

const text = { type: "string" }
const integer = { type: "integer" }
const nullableText = { type: ["string", "null"] }
const nullableInteger = { type: ["integer", "null"] }
const anyObject = { type: "object", additionalProperties: true }
const sessionId = { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" }
const messageId = { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$" }
const content = { type: "string", minLength: 1, maxLength: 65_536 }

const object = (properties: Record<string, unknown>, required: ReadonlyArray<string> = []) => ({
  type: "object",
  properties,
  required
})

const precision = object({
  openness: { type: "number" },
  conscientiousness: { type: "number" },
  extraversion: { type: "number" },
  agreeableness: { type: "number" },
  neuroticism: { type: "number" }
})

const session = object({
  id: text,
  userId: text,
  agent: text,
  title: nullableText,
  status: text,
  precision,
  scoredThrough: integer,
  messageCount: integer,
  questionCount: integer,
  completion: integer,
  agentSessionId: nullableText,
  parentId: nullableText,
  forkedAt: nullableInteger,
  metadata: anyObject,
  version: integer,
  createdAt: text,
  updatedAt: text
})

const message = object({
  id: text,
  sessionId: text,
  sequence: integer,
  role: text,
  content: text,
  metadata: anyObject,
  createdAt: text
})

const params = object({ sessionId }, ["sessionId"])
const limit = { type: "integer", minimum: 1, maximum: 200, default: 50 }

export const start = {
  body: object({ userId: { type: "string", minLength: 1, maxLength: 255 }, language: text }),
  response: { 201: object({ sessionId: text, createdAt: text, claimToken: text }) }
}

export const append = {
  params,
  body: object(
    {
      id: messageId,
      role: { enum: ["user", "assistant", "system"] },
      content,
      metadata: anyObject,
      expectedSequence: { type: "integer", minimum: 0 }
    },
    ["role", "content"]
  ),
  response: { 201: message }
}

export const send = {
  body: object({ sessionId, message: content, id: messageId }, ["sessionId", "message"]),
  response: { 200: object({ response: text, precision, messageId: text, sequence: integer }) }
}

export const resume = {
  params,
  response: {
    200: object({
      session,
      messages: {
        type: "array",
        items: object({ id: text, role: text, content: text, createdAt: text, sequence: integer })
      }
    })
  }
}

export const page = {
  params,
  querystring: object({ before: { type: "integer", minimum: 1, default: 2_147_483_647 }, limit }),
  response: { 200: object({ messages: { type: "array", items: message }, messageCount: integer }) }
}

export const list = {
  querystring: object({ q: { type: "string", minLength: 1, maxLength: 200 }, limit }),
  response: {
    200: object({
      sessions: { type: "array", items: session },
      count: integer,
      nextCursor: nullableText
    })
  }
}
