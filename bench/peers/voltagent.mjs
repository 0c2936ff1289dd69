import { PostgreSQLMemoryAdapter } from "@voltagent/postgres"

const userId = "bench"

/** VoltAgent's storage adapter, which its memory reads and writes through. */
export const open = async (connection, maxConnections) => {
  const memory = new PostgreSQLMemoryAdapter({ connection, maxConnections })
  const create = (id) =>
    memory.createConversation({ id, userId, resourceId: "bench", title: "A thread", metadata: {} })
  const messageOf = (content, number) => ({
    id: crypto.randomUUID(),
    role: number % 2 === 0 ? "user" : "assistant",
    parts: [{ type: "text", text: content }]
  })
  // It makes its tables when it is first asked.
  await memory.getConversation("none")
  return {
    create,
    append: (id, content) => memory.addMessage(messageOf(content, 0), userId, id),
    load: async (id) => (await memory.getMessages(userId, id)).length,
    seed: async (id, contents) => {
      await create(id)
      await memory.addMessages(contents.map(messageOf), userId, id)
    },
    close: async () => undefined
  }
}
