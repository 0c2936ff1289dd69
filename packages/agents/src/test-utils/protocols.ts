import type { AgentDefinition } from "../agent-definitions.ts"

/** What a provider's server writes. */
export interface Protocol {
  readonly provider: typeof AgentDefinition.Type.provider
  readonly path: string
  /** The header that brings the key, and its value. */
  readonly key: (key: string) => readonly [name: string, value: string]
  /** The roles and the texts of a request. */
  readonly said: (body: Readonly<Record<string, unknown>>) => unknown
  readonly start: ReadonlyArray<string>
  readonly delta: (text: string) => string
  /** What ends an answer whose whole text is this. */
  readonly end: (text: string) => ReadonlyArray<string>
  /** What ends an answer that the limit of length, or a filter, cut off. */
  readonly cutOff: ReadonlyArray<string>
  readonly refusal: ReadonlyArray<string>
  /** What ends an answer that failed. */
  readonly failure: ReadonlyArray<string>
  readonly malformed: string
  /** What a request calls the most tokens that may come. */
  readonly maxTokens: string
  /** The body of an answer that is a report. */
  readonly report: (report: unknown) => unknown
}

const frame = (event: { readonly type: string; readonly [key: string]: unknown }) =>
  `event: ${event.type}\ndata: ${JSON.stringify({ ...event, a_key_of_tomorrow: { x: 1 } })}\n\n`

const response = (fields: object) => ({
  id: "resp_1",
  object: "response",
  created_at: 1_767_225_600,
  status: "completed",
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: {},
  model: "gpt-test",
  output: [],
  parallel_tool_calls: true,
  temperature: 1,
  top_p: 1,
  tool_choice: "auto",
  tools: [],
  usage: {
    input_tokens: 12,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 17
  },
  a_key_of_tomorrow: null,
  ...fields
})

const message = (text: string) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text, annotations: [] }]
})

const place = { item_id: "msg_1", output_index: 0, content_index: 0 }

const openAiEnd = (type: string, fields: object) =>
  frame({ type, sequence_number: 99, response: response(fields) })

export const openAi: Protocol = {
  provider: "openai",
  path: "/responses",
  key: (key) => ["authorization", `Bearer ${key}`],
  said: ({ input }) => input,
  maxTokens: "max_output_tokens",
  start: [
    openAiEnd("response.created", { status: "in_progress" }),
    frame({ type: "keepalive", sequence_number: 1 }),
    frame({
      type: "response.output_item.added",
      sequence_number: 2,
      output_index: 0,
      item: { ...message(""), status: "in_progress", content: [] }
    })
  ],
  delta: (delta) =>
    frame({ type: "response.output_text.delta", sequence_number: 3, ...place, delta, logprobs: [] }),
  end: (text) => [
    frame({ type: "response.output_text.done", sequence_number: 97, ...place, text, logprobs: [] }),
    frame({ type: "response.output_item.done", sequence_number: 98, output_index: 0, item: message(text) }),
    openAiEnd("response.completed", { output: [message(text)] })
  ],
  cutOff: [
    openAiEnd("response.incomplete", {
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" }
    })
  ],
  refusal: [
    frame({ type: "response.refusal.delta", sequence_number: 3, ...place, delta: "I cannot" }),
    openAiEnd("response.completed", {})
  ],
  failure: [
    openAiEnd("response.failed", {
      status: "failed",
      error: { code: "invalid_prompt", message: "secret details" }
    })
  ],
  malformed:
    'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","sequence_number":"secret"}\n\n',
  report: (report) => response({ output: [message(JSON.stringify(report))] })
}

const claude = (fields: object) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  content: [],
  model: "claude-sonnet-4-5",
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: 12, output_tokens: 5 },
  a_key_of_tomorrow: null,
  ...fields
})

const anthropicEnd = (stop_reason: string) => [
  frame({ type: "content_block_stop", index: 0 }),
  frame({ type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 5 } }),
  frame({ type: "message_stop" })
]

export const anthropic: Protocol = {
  provider: "anthropic",
  path: "/v1/messages",
  key: (key) => ["x-api-key", key],
  said: ({ messages, system }) => [system, messages],
  maxTokens: "max_tokens",
  start: [
    frame({ type: "message_start", message: claude({}) }),
    frame({ type: "ping" }),
    frame({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } })
  ],
  delta: (text) => frame({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }),
  end: () => anthropicEnd("end_turn"),
  cutOff: anthropicEnd("max_tokens"),
  refusal: anthropicEnd("refusal"),
  failure: [frame({ type: "error", error: { type: "invalid_request_error", message: "secret details" } })],
  malformed: 'event: content_block_delta\ndata: {"type":"content_block_delta","delta":"secret"\n\n',
  report: (input) =>
    claude({
      content: [{ type: "tool_use", id: "toolu_1", name: "evidence", input }],
      stop_reason: "tool_use"
    })
}

/** The frames of a whole answer in these pieces. */
export const answer = (protocol: Protocol, ...texts: ReadonlyArray<string>) => [
  ...protocol.start,
  ...texts.map(protocol.delta),
  ...protocol.end(texts.join(""))
]
