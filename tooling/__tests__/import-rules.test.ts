import { execFile } from "node:child_process"
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const script = fileURLToPath(new URL("../check-imports.mjs", import.meta.url))

type Import = readonly [file: string, specifier: string]

const forbidden: ReadonlyArray<readonly [rule: string, ...Import]> = [
  ["arrows-of-domain", "packages/domain/src/to-contracts.ts", "@workspace/contracts"],
  ["arrows-of-contracts", "packages/contracts/src/to-database.ts", "../../database/src/index.ts"],
  ["arrows-of-contracts", "packages/contracts/src/__tests__/to-database.ts", "@workspace/database"],
  ["arrows-of-database", "packages/database/src/to-contracts.ts", "@workspace/contracts"],
  ["arrows-of-locks", "packages/locks/src/to-domain.ts", "@workspace/domain"],
  ["arrows-of-agents", "packages/agents/src/to-database.ts", "@workspace/database"],
  ["arrows-of-workspaces", "packages/workspaces/src/to-agents.ts", "@workspace/agents"],
  ["arrows-of-web", "apps/web/src/to-database.ts", "@workspace/database"],
  ["arrows-of-api", "apps/api/src/to-web.ts", "../../web/src/allowed.ts"],
  ["arrows-of-bench", "bench/src/to-api.ts", "../../apps/api/src/allowed.ts"],
  ["arrows-of-tooling", "tooling/to-domain.ts", "@workspace/domain"],
  ["public-face", "apps/api/src/inside.ts", "../../../packages/domain/src/session.ts"],
  ["by-name", "apps/api/src/by-path.ts", "../../../packages/domain/src/index.ts"],
  ["own-index", "packages/domain/src/own-face.ts", "./index.ts"],
  ["own-index", "packages/domain/src/own-name.ts", "@workspace/domain"],
  ["test-utils-in-tests", "apps/api/src/fixture.ts", "@workspace/domain/test-utils"],
  ["test-utils-in-tests", "packages/domain/src/fixture.ts", "./test-utils/index.ts"],
  ["domain-is-pure", "packages/domain/src/npm.ts", "nanoid"],
  ["domain-is-pure", "packages/domain/src/node.ts", "node:crypto"],
  ["contracts-in-browser", "packages/contracts/src/node.ts", "node:fs"],
  ["contracts-in-browser", "packages/contracts/src/platform.ts", "@effect/platform-node"],
  ["storage-in-database", "apps/api/src/drizzle.ts", "drizzle-orm"],
  ["storage-in-database", "packages/agents/src/pglite.ts", "@electric-sql/pglite"],
  ["driver-in-database", "apps/api/src/pg.ts", "pg"],
  ["no-dev-dependency", "packages/agents/src/dev.ts", "only-dev"],
  ["resolvable", "packages/agents/src/nowhere.ts", "./missing.ts"],
  ["no-cycles", "packages/agents/src/cycle-a.ts", "./cycle-b.ts"],
  ["no-cycles", "packages/agents/src/cycle-b.ts", "./cycle-a.ts"]
]

const allowed: ReadonlyArray<Import> = [
  ["packages/domain/src/index.ts", "./session.ts"],
  ["packages/domain/src/session.ts", "effect"],
  ["packages/domain/src/errors.ts", "@effect/platform"],
  ["packages/domain/src/test-utils/index.ts", "../session.ts"],
  ["packages/domain/src/__tests__/session.test.ts", "../test-utils/index.ts"],
  ["packages/contracts/src/index.ts", "@workspace/domain"],
  ["packages/database/src/index.ts", "drizzle-orm"],
  ["packages/database/src/pool.ts", "pg"],
  ["packages/database/src/embedded.ts", "@electric-sql/pglite"],
  ["packages/database/src/__tests__/suite.test.ts", "@workspace/domain/test-utils"],
  ["packages/database/vitest.config.ts", "./src/test-utils/index.ts"],
  ["packages/database/src/test-utils/index.ts", "only-dev"],
  ["packages/agents/src/index.ts", "@workspace/domain"],
  ["packages/locks/src/index.ts", "effect"],
  ["packages/workspaces/src/index.ts", "node:fs"],
  ["packages/workspaces/src/lock.ts", "@workspace/locks"],
  ["apps/web/src/allowed.ts", "@workspace/contracts"],
  ["apps/api/src/allowed.ts", "@workspace/database"],
  ["apps/api/src/handlers/__tests__/rows.test.ts", "pg"],
  ["apps/api/vitest.config.ts", "@workspace/database/test-utils"],
  ["bench/src/run.ts", "@workspace/database/test-utils"]
]

const npm = [
  "effect",
  "@effect/platform",
  "@effect/platform-node",
  "nanoid",
  "drizzle-orm",
  "@electric-sql/pglite",
  "pg"
]
const packages = ["domain", "contracts", "database", "agents", "locks"]

let root = ""

const write = async (path: string, text: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}

const json = (value: unknown) => JSON.stringify(value)

const check = () =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const child = execFile(process.execPath, [script], { cwd: root }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr })
    )
  })

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "import rules ")))
})

afterAll(() => rm(root, { recursive: true, force: true }))

it("fails when there is nothing to read", async () => {
  const { code, output } = await check()
  assert.strictEqual(code, 1, output)
  assert.include(output, "there is no source file")
})

describe("in a tree with every mistake", () => {
  let code = 0
  let found: ReadonlyArray<string> = []

  beforeAll(async () => {
    const dependencies = Object.fromEntries(npm.map((name) => [name, "1.0.0"]))
    const devDependencies = { "only-dev": "1.0.0" }
    for (const name of [...npm, "only-dev"]) {
      await write(`node_modules/${name}/package.json`, json({ name, version: "1.0.0", main: "index.js" }))
      await write(`node_modules/${name}/index.js`, "")
    }
    await mkdir(join(root, "node_modules/@workspace"))
    for (const name of packages) {
      const exports = { ".": "./src/index.ts", "./test-utils": "./src/test-utils/index.ts" }
      const manifest = { name: `@workspace/${name}`, type: "module", exports, dependencies, devDependencies }
      await write(`packages/${name}/package.json`, json(manifest))
      await symlink(join(root, "packages", name), join(root, "node_modules/@workspace", name))
    }
    for (const [file, specifier] of [...forbidden.map(([, ...rest]) => rest), ...allowed]) {
      await write(file, `import ${json(specifier)}\n`)
    }
    const result = await check()
    code = result.code
    found = [...result.output.matchAll(/^\s*error (\S+): (\S+)/gm)].map(([, rule, file]) => `${rule} ${file}`)
  })

  it("fails", () => assert.strictEqual(code, 1))

  it.each(forbidden)("%s: %s must not import %s", (rule, file) => assert.include(found, `${rule} ${file}`))

  it.each(allowed)("%s may import %s", (file) =>
    assert.deepStrictEqual(
      found.filter((violation) => violation.endsWith(` ${file}`)),
      []
    )
  )
})
