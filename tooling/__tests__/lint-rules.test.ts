import { spawnSync } from "node:child_process"
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))

const refused = [
  ["noExplicitAny", "export const f = (x: any) => x"],
  ["noUnsafeTypeAssertion", "export const f = (x: unknown) => x as string"],
  ["noNonNullAssertion", "export const f = (x?: string) => x!.length"],
  ["noUnusedVariables", "const x = 1"],
  ["noUnusedImports", 'import { Effect } from "effect"'],
  ["noConsole", "console.log(1)"],
  ["noFocusedTests", 'it.only("x", () => undefined)'],
  ["noSkippedTests", 'it.skip("x", () => undefined)'],
  ["no .skip", 'it.effect.skip("x", () => program)'],
  ["no .skip", 'it.effect.only("x", () => program)'],
  ["no .skip", 'it.scoped.skipIf(true)("x", () => program)'],
  ["no .skip", 'it.live.fails("x", () => program)'],
  ["no .skip", 'it.skipIf(true)("x", () => program)'],
  ["no .skip", 'it.todo("x")'],
  ["no .skip", 'describe.runIf(false)("x", () => undefined)'],
  ["hides failures", "export const x = program.pipe(Effect.ignore)"],
  ["hides failures", "export const x = Effect.ignoreLogged(program)"],
  ["entry point", "export const x = Effect.runPromise(program)"],
  ["entry point", "export const x = Effect.runSync(program)"],
  ["entry point", "program.pipe(Effect.runFork)"]
] as const

const accepted = [
  'export const x = ["a"] as const',
  "export const x = { a: 1 } satisfies { a: number }",
  "export const f = (x: string | undefined) => x?.length ?? 0",
  'it.effect("x", () => program)',
  'it.effect.each([1])("x", () => program)',
  "export const x = stream.only",
  "socket.on(event, () => Runtime.runFork(runtime)(program))"
]

let folder = ""
let found: ReadonlyArray<string> = []

const write = (name: string, code: string) => writeFile(join(folder, name), `${code}\n`)

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "lint rules ")))
  await mkdir(join(folder, "src"))
  await Promise.all([
    ...refused.map(([, code], index) => write(`refused-${index}.ts`, code)),
    ...accepted.map((code, index) => write(`accepted-${index}.ts`, code)),
    write("src/main.ts", "Effect.runFork(program)")
  ])
  const { stdout, stderr } = spawnSync(
    "biome",
    ["lint", `--config-path=${root}`, "--vcs-enabled=false", "--reporter=github", "--max-diagnostics=none"],
    { cwd: folder, encoding: "utf8" }
  )
  found = `${stdout}\n${stderr}`.split("::error ")
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe("refused", () => {
  it.each(refused.map(([rule, code], index) => ({ rule, code, index })))("$rule: $code", ({ rule, index }) =>
    assert.isTrue(found.some((line) => line.includes(`refused-${index}.ts`) && line.includes(rule)))
  )
})

describe("accepted", () => {
  it.each(accepted.map((code, index) => ({ code, index })))("$code", ({ index }) =>
    assert.deepStrictEqual(
      found.filter((line) => line.includes(`accepted-${index}.ts`)),
      []
    )
  )

  it("running an effect in main.ts", () =>
    assert.deepStrictEqual(
      found.filter((line) => line.includes("main.ts")),
      []
    ))
})
