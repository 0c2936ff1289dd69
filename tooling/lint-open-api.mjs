import { spawn } from "node:child_process"
import { once } from "node:events"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"

const config = (name) => fileURLToPath(new URL(`open-api/${name}`, import.meta.url))

const [document] = process.argv.slice(2)
if (document === undefined) throw new Error("Say which document to lint.")

const linters = [
  [
    import.meta.resolve("@redocly/cli/bin/cli.js"),
    "lint",
    document,
    "--config",
    config("redocly.yaml"),
    "--format=stylish"
  ],
  [
    import.meta.resolve("@stoplight/spectral-cli/dist/index.js"),
    "lint",
    document,
    "--ruleset",
    config("spectral.yaml"),
    "--fail-severity=hint"
  ]
]

/** What a linter finds, or what it says when it does not come that far. */
const findings = async ([program, ...args]) => {
  const child = spawn(process.execPath, [fileURLToPath(program), ...args], {
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
    stdio: ["ignore", "pipe", "pipe"]
  })
  const [[code], output, notices] = await Promise.all([
    once(child, "close"),
    text(child.stdout),
    text(child.stderr)
  ])
  return code === 0 ? "" : output.trim() || notices.trim() || `${program} failed`
}

const found = (await Promise.all(linters.map(findings))).filter((text) => text !== "")
process.stdout.write(found.map((text) => `${text}\n`).join("\n"))
process.exitCode = found.length === 0 ? 0 : 1
