import { readFileSync } from "node:fs"
import { cpus, loadavg, totalmem } from "node:os"
import { Schema } from "effect"
import { peersFolder } from "./peers/install.ts"

const Manifest = Schema.parseJson(
  Schema.Struct({ dependencies: Schema.Record({ key: Schema.String, value: Schema.String }) })
)

/** What the benchmark compares with, by version. */
const peerVersions = () => {
  const { dependencies } = Schema.decodeSync(Manifest)(readFileSync(`${peersFolder}/package.json`, "utf8"))
  return [
    "@mastra/memory",
    "@mastra/pg",
    "@mastra/hono",
    "@langchain/langgraph-checkpoint-postgres",
    "@voltagent/postgres"
  ]
    .map((name) => `${name} ${dependencies[name] ?? "?"}`)
    .join(", ")
}

/** Where the run takes place, before it begins. */
export const machine = () => ({
  cpu: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
  memoryGib: Math.round(totalmem() / 2 ** 30),
  system: `${process.platform} ${process.arch}`,
  load: loadavg()[0] ?? 0,
  node: process.version,
  peers: peerVersions()
})

export type Machine = ReturnType<typeof machine>
