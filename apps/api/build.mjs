import { cp, rm, writeFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const out = resolve(process.argv[2] ?? here("dist"))

// They look for their texts by a name that is known only when they run.
const withTexts = ["@bigfive-org/questions", "@bigfive-org/results"]

await rm(out, { recursive: true, force: true })

await build({
  entryPoints: [here("src/main.ts")],
  outdir: out,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  // The embedded database is imported on demand. Without chunks of its own its import is hoisted into the
  // start of the server, which runs without node_modules.
  splitting: true,
  chunkNames: "[name]-[hash]",
  sourcemap: true,
  // Bundled CommonJS modules call require for Node's own modules.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);'
  },
  external: ["pg-native", "msgpackr-extract", "@electric-sql/pglite", ...withTexts],
  logLevel: "warning"
})

// The code looks for its migrations beside itself: packages/database/src in development, dist in production.
await cp(here("../../packages/database/src/migrations"), join(out, "migrations"), { recursive: true })

// Where pnpm has a package, other packages find it by a link.
const agents = here("../../packages/agents/node_modules")
for (const name of withTexts) {
  await cp(`${agents}/${name}`, join(out, "node_modules", name), { recursive: true, dereference: true })
}

// The folder runs wherever it is copied, also on a Node that does not detect modules.
await writeFile(join(out, "package.json"), `${JSON.stringify({ type: "module" })}\n`)
