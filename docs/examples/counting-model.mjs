// A stand-in for a language model, for trying streams without a provider: it counts to a hundred, five numbers a
// second, in the form of Anthropic's API. `node docs/examples/counting-model.mjs`, and then ANTHROPIC_BASE_URL=http://127.0.0.1:3999.
import { createServer } from "node:http"
import { setTimeout } from "node:timers/promises"

const usage = { input_tokens: 1, output_tokens: 1 }
const message = { id: "msg_1", type: "message", role: "assistant", content: [], model: "counting", usage }

createServer(async (_, response) => {
  const send = (type, fields = {}) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`)
  response.writeHead(200, { "content-type": "text/event-stream" })
  send("message_start", { message: { ...message, stop_reason: null, stop_sequence: null } })
  send("content_block_start", { index: 0, content_block: { type: "text", text: "", citations: null } })
  for (let number = 1; number <= 100 && !response.destroyed; number += 1) {
    send("content_block_delta", { index: 0, delta: { type: "text_delta", text: `${number} ` } })
    await setTimeout(200)
  }
  send("content_block_stop", { index: 0 })
  send("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage })
  send("message_stop")
  response.end()
}).listen(3999, "127.0.0.1")
