import "./quiet.mjs"
import { serve } from "@hono/node-server"
import { Agent } from "@mastra/core/agent"
import { Mastra } from "@mastra/core/mastra"
import { MastraServer } from "@mastra/hono"
import { Memory } from "@mastra/memory"
import { Hono } from "hono"
import { storeOf } from "./mastra.mjs"

// Mastra's own REST server over its memory, with an agent that is never asked.

const storage = storeOf(process.env.DATABASE_URL, 20)
await storage.init()
const memory = new Memory({ storage, options: { lastMessages: 10, semanticRecall: false } })
const agent = new Agent({
  id: "bench",
  name: "bench",
  instructions: "Never asked.",
  model: "openai/gpt-4.1-mini",
  memory
})
const mastra = new Mastra({ agents: { bench: agent }, storage, logger: false })

const app = new Hono()
app.get("/ready", (context) => context.json({}))
const server = new MastraServer({ app, mastra })
await server.init()
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" })
process.once("SIGTERM", () => process.exit(0))
