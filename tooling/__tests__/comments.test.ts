import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

const looksLikeCode =
  /^\s*\/\/\s*(?:(?:const|let|var|type) \w+\s*[:=]|(?:import|export) [\w{*].*["'{=]|return\b.*[([{"]|(?:yield\*|await) [\w.]+|(?:if|for|while|switch) \(|[\w.]+\([^)]*\)[,;)]*$|[\])}]+[,;]*$)/

const root = fileURLToPath(new URL("../..", import.meta.url))

const folders = ["packages", "apps", "bench", "tooling"].filter((folder) => existsSync(`${root}/${folder}`))

const sources = folders.flatMap((folder) =>
  readdirSync(`${root}/${folder}`, { recursive: true, encoding: "utf8" })
    .map((path) => `${folder}/${path}`)
    .filter((path) => /[.](ts|tsx|mjs)$/.test(path) && !/\/(node_modules|dist)\//.test(path))
)

it("finds the sources", () => assert.isAbove(sources.length, 10))

it("no source keeps commented-out code", () =>
  assert.deepStrictEqual(
    sources.flatMap((path) =>
      readFileSync(`${root}/${path}`, "utf8")
        .split("\n")
        .flatMap((line, index) => (looksLikeCode.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []))
    ),
    []
  ))

describe("taken for code", () => {
  it.each([
    "// const x = 1",
    "  // yield* Effect.void",
    "// if (x) {",
    "// }",
    "// log(x)",
    "// return f(x)"
  ])("%s", (line) => assert.match(line, looksLikeCode))
})

describe("taken for prose", () => {
  it.each([
    "// If the row is locked, wait.",
    "// Retries are safe (see `append`): the id decides.",
    "// return values are cached",
    "// import order matters here"
  ])("%s", (line) => assert.notMatch(line, looksLikeCode))
})
