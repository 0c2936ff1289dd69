import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, it } from "vitest"

const script = fileURLToPath(new URL("../repeat-failures.mjs", import.meta.url))

/** Stands for turbo: prints the lines, and ends with the code. */
const program =
  "const [code, ...lines] = process.argv.slice(1); console.log(lines.join('\\n')); process.exitCode = Number(code)"

const run = (...args: ReadonlyArray<string>) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const child = execFile(process.execPath, [script, process.execPath, "-e", ...args], (_error, output) =>
      resolve({ code: child.exitCode ?? -1, output })
    )
  })

const good = ["@a/good:test:  ✓ src/one.test.ts (1 test) 5ms", "@a/good:test: "]
const failure = [
  "⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯",
  "",
  " FAIL  src/two.test.ts > breaks",
  "AssertionError: expected 1 to equal 2",
  " ❯ src/two.test.ts:2:64",
  "⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯",
  " Test Files  1 failed | 3 passed (4)"
]

it("prints what the command prints, and nothing more when it succeeds", async () => {
  const lines = [...good, " Tasks:    1 successful, 1 total"]
  assert.deepStrictEqual(await run(program, "0", ...lines), { code: 0, output: `${lines.join("\n")}\n` })
})

it("ends with the failures of each task that failed, and with the code of the command", async () => {
  const killed = Array.from({ length: 300 }, (_, n) => `line ${n}`)
  const lines = [
    "@a/bad:test:  ❯ src/two.test.ts (1 test | 1 failed) 5ms",
    ...failure.map((line) => `\u001b[31m@a/bad:test: \u001b[0m\u001b[41m${line}\u001b[49m`),
    ...good,
    ...killed.map((line) => `@a/killed:test: ${line}`),
    " Tasks:    1 successful, 3 total",
    "Failed:    @a/bad#test, @a/killed#test"
  ]
  const { code, output } = await run(program, "3", ...lines)
  assert.strictEqual(code, 3)
  const ends = [
    ["@a/bad:test failed:", "", ...failure],
    ["@a/killed:test failed:", "", ...killed.slice(-100)]
  ]
  assert.strictEqual(output, `${[lines, ...ends].map((part) => part.join("\n")).join("\n\n\n")}\n`)
})

it("fails when the command is killed", async () => {
  const { code } = await run("process.kill(process.pid, 'SIGKILL')")
  assert.strictEqual(code, 1)
})
