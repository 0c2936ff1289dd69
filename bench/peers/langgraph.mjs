import { AIMessage, HumanMessage } from "@langchain/core/messages"
import { emptyCheckpoint, uuid6 } from "@langchain/langgraph-checkpoint"
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres"
import pg from "pg"

/** LangGraph's checkpointer: a thread is a line of checkpoints, each with all messages up to it. */
export const open = async (connectionString, max) => {
  const pool = new pg.Pool({ connectionString, max })
  const saver = new PostgresSaver(pool)
  await saver.setup()
  const configOf = (id) => ({ configurable: { thread_id: id, checkpoint_ns: "" } })
  const messageOf = (content, number) => {
    const fields = { id: crypto.randomUUID(), content }
    return number % 2 === 0 ? new HumanMessage(fields) : new AIMessage(fields)
  }
  const put = (config, checkpoint, messages, step) => {
    const version = step + 2
    return saver.put(
      config,
      {
        ...checkpoint,
        id: uuid6(step),
        ts: new Date().toISOString(),
        channel_values: { messages },
        channel_versions: { messages: version }
      },
      { source: step < 0 ? "input" : "loop", step, parents: {} },
      { messages: version }
    )
  }
  return {
    create: (id) => put(configOf(id), emptyCheckpoint(), [], -1),
    // As a graph does that is asked again: what there is, and a checkpoint with one message more.
    append: async (id, content) => {
      const { checkpoint, config, metadata } = await saver.getTuple(configOf(id))
      const { messages } = checkpoint.channel_values
      await put(config, checkpoint, [...messages, messageOf(content, messages.length)], metadata.step + 1)
    },
    load: async (id) => (await saver.getTuple(configOf(id))).checkpoint.channel_values.messages.length,
    // In one checkpoint, which is less than what a thread of so many messages leaves behind.
    seed: (id, contents) => put(configOf(id), emptyCheckpoint(), contents.map(messageOf), 0),
    close: () => saver.end()
  }
}
