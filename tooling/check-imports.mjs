import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { cruise, format } from "dependency-cruiser"
import extractDepcruiseOptions from "dependency-cruiser/config-utl/extract-depcruise-options"

const config = fileURLToPath(new URL("../.dependency-cruiser.cjs", import.meta.url))
const folders = ["packages", "apps", "bench", "tooling"].filter((folder) => existsSync(folder))
const sources = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .map((path) => join(folder, path))
    .filter((path) => /[.]ts$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path))
)

const { output } = await cruise(folders, await extractDepcruiseOptions(config))
const report = await format(output, { outputType: "err-long" })
process.stdout.write(report.output)

// Without a TypeScript compiler that it understands, the cruiser skips every .ts file and finds no violation.
const read = new Set(output.modules.map((module) => module.source))
const unread = sources.filter((path) => !read.has(path))
if (sources.length === 0 || unread.length > 0) {
  process.stderr.write(`Not read: ${unread.join(", ") || "there is no source file"}\n`)
}

process.exitCode = report.exitCode > 0 || sources.length === 0 || unread.length > 0 ? 1 : 0
