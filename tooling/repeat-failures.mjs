import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { stripVTControlCharacters } from "node:util"

// Runs a command of turbo and passes on what it prints. When tasks fail, what they said of it is printed once more,
// last of all: a log may be cut, and tasks that run beside each other push failures far up.

const [command, ...args] = process.argv.slice(2)
if (command === undefined) throw new Error("Say which command to run.")

/** A task that says no more clearly what failed, like one that was killed, is repeated from so far before its end. */
const lastLines = 100

/** The lines of each task, by its name. */
const said = new Map()
let failed = []

const note = (line) => {
  const plain = stripVTControlCharacters(line)
  const [, task, text] = /^(\S+:\S+): (.*)$/.exec(plain) ?? []
  if (task !== undefined) {
    const lines = said.get(task)
    if (lines === undefined) said.set(task, [text])
    else lines.push(text)
  }
  const names = /^Failed: +(.+)$/.exec(plain)?.[1]
  if (names !== undefined) failed = names.split(", ").map((name) => name.replace("#", ":"))
}

/** From the first of vitest's headings: failed suites, failed tests, unhandled errors. */
const failuresOf = (lines) => {
  const heading = lines.findIndex((line) => /^⎯+ \w/.test(line))
  return heading === -1 ? lines.slice(-lastLines) : lines.slice(heading)
}

const pass = async (source, target) => {
  for await (const line of createInterface({ input: source })) {
    target.write(`${line}\n`)
    note(line)
  }
}

// A terminal interrupts the command too; it ends first.
process.on("SIGINT", () => undefined)
const child = spawn(command, args, { stdio: ["inherit", "pipe", "pipe"] })
process.on("SIGTERM", () => child.kill("SIGTERM"))
const [[code]] = await Promise.all([
  once(child, "close"),
  pass(child.stdout, process.stdout),
  pass(child.stderr, process.stderr)
])

for (const task of failed) {
  const lines = failuresOf(said.get(task) ?? [])
  process.stdout.write(`\n\n${task} failed:\n\n${lines.join("\n")}\n`)
}
process.exitCode = code ?? 1
