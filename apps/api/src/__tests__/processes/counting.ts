import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { openAi, ProviderServer } from "@workspace/agents/test-utils"
import { Array, Effect } from "effect"
import { counted } from "../../test-utils/talking-agent.ts"
import * as BigOcean from "./big-ocean.ts"

const agents = [{ name: "counter", systemPrompt: "Count.", provider: "openai", model: "gpt-test" }]

/** A provider whose model counts, a number every 20 ms, whoever asks it. */
const provider = (to: number) =>
  Effect.map(
    ProviderServer.make({
      answers: Array.makeBy(200, () => (response) => {
        response.writeHead(200, { "content-type": "text/event-stream" })
        response.write(openAi.start.join(""))
        let n = 0
        const timer = setInterval(() => {
          n += 1
          response.write(openAi.delta(`${n} `))
          if (n < to) return
          clearInterval(timer)
          response.end(openAi.end(counted(to)).join(""))
        }, 20)
        response.once("close", () => clearInterval(timer))
      })
    }),
    ({ url }) => url
  )

/** What a process needs to have the agent `counter`, which counts so far. */
export const environment = Effect.fnUntraced(function* (to: number) {
  const file = join(yield* BigOcean.temporaryDirectory, "agents.json")
  yield* Effect.promise(() => writeFile(file, JSON.stringify({ agents })))
  return { AGENTS_FILE: file, OPENAI_API_KEY: "a key", OPENAI_BASE_URL: yield* provider(to) }
})
