import { cp, readFile, rm, writeFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

// They require `./data/${lang}/choices`, and of files that only a run can name the bundler takes those whose whole name
// fits.
const questionsWithChoices = {
  name: "questions-with-choices",
  setup: ({ onLoad }) =>
    onLoad({ filter: /@bigfive-org[/\\]questions[/\\]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8")
      const contents = source
        .replaceAll("/choices`", "/choices.js`")
        .replaceAll("/questions`", "/questions.json`")
      if (contents === source) throw new Error("The questions are required in another way")
      return { contents }
    })
}

await rm(here("dist"), { recursive: true, force: true })

await build({
  entryPoints: [here("src/main.ts")],
  outdir: here("dist"),
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
  plugins: [questionsWithChoices],
  external: ["pg-native", "msgpackr-extract", "@electric-sql/pglite"],
  logLevel: "warning"
})

// The code looks for its migrations beside itself: packages/database/src in development, dist in production.
await cp(here("../../packages/database/src/migrations"), here("dist/migrations"), { recursive: true })

// The folder runs wherever it is copied, also on a Node that does not detect modules.
await writeFile(here("dist/package.json"), `${JSON.stringify({ type: "module" })}\n`)
