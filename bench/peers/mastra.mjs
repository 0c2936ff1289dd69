import { Memory } from "@mastra/memory"
import { PostgresStore } from "@mastra/pg"

const resourceId = "bench"

export const storeOf = (connectionString, max) => new PostgresStore({ id: "bench", connectionString, max })

/** Mastra's memory over PostgreSQL, without vectors and without a model. */
export const open = async (connectionString, max) => {
  const storage = storeOf(connectionString, max)
  await storage.init()
  const memory = new Memory({ storage, options: { lastMessages: 10, semanticRecall: false } })
  const messageOf = (threadId, content, number) => ({
    id: crypto.randomUUID(),
    threadId,
    resourceId,
    role: number % 2 === 0 ? "user" : "assistant",
    createdAt: new Date(),
    content: { format: 2, parts: [{ type: "text", text: content }] }
  })
  return {
    create: (id) => memory.createThread({ threadId: id, resourceId, title: "A thread", saveThread: true }),
    append: (id, content) => memory.saveMessages({ messages: [messageOf(id, content, 0)] }),
    load: async (id) => {
      const { messages } = await memory.recall({ threadId: id, resourceId, perPage: false })
      return messages.length
    },
    seed: async (id, contents) => {
      await memory.createThread({ threadId: id, resourceId, title: "A thread", saveThread: true })
      await memory.saveMessages({ messages: contents.map((content, n) => messageOf(id, content, n)) })
    },
    close: () => storage.close()
  }
}
