import { execFileSync } from "node:child_process"
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import {
  Workspace,
  WorkspaceSnapshot,
  WorkspaceSnapshots,
  WorkspacesUnavailableError
} from "@workspace/domain"
import { Deferred, Effect, Exit, Fiber, Schema } from "effect"
import * as FileWorkspaceSnapshots from "../snapshot/file-workspace-snapshots.ts"
import { adapters, type Breaking, folder, freshRoot, git, idOf, systemError, withRoot } from "./git-root.ts"
import { workspaceOf } from "./workspaces.ts"

const name = ".claude-container-sessions.json"
const fileIn = (root: string) => join(root, name)
const named = (root: string) => readdirSync(root).filter((found) => found.startsWith(".claude"))
const asideIn = (root: string) => named(root).filter((found) => found.includes("unreadable"))

const read = Effect.flatMap(WorkspaceSnapshots, (snapshots) => snapshots.read)
const write = (sessions: ReadonlyArray<Workspace>) =>
  Effect.flatMap(WorkspaceSnapshots, (snapshots) => snapshots.write(Effect.succeed(sessions)))

const encoded = Schema.encodeSync(Workspace)

describe("a snapshot", () => {
  it.scopedLive("is read as it was written, in the form that the API has", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* read, WorkspaceSnapshot.Missing())
        const sessions = [workspaceOf(root, 1), workspaceOf(root, 2)]
        yield* write(sessions)
        const text = readFileSync(fileIn(root), "utf8")
        assert.strictEqual(
          text,
          `${JSON.stringify({ version: "1.0", sessions: sessions.map((_) => encoded(_)) }, null, 2)}\n`
        )
        assert.deepStrictEqual(yield* read, WorkspaceSnapshot.Read({ sessions }))
        yield* write([])
        assert.strictEqual(
          readFileSync(fileIn(root), "utf8"),
          '{\n  "version": "1.0",\n  "sessions": []\n}\n'
        )
        assert.deepStrictEqual(yield* read, WorkspaceSnapshot.Read({ sessions: [] }))
        assert.deepStrictEqual(named(root), [name])
      })
    )
  )

  it.scopedLive("takes the place of whatever there is, and of what killed writers left", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const elsewhere = join(yield* folder, "elsewhere")
        writeFileSync(elsewhere, "mine")
        symlinkSync(elsewhere, fileIn(root))
        const leftover = `${name}.00000000-0000-4000-8000-000000000000.tmp`
        writeFileSync(join(root, leftover), '{"version')
        writeFileSync(join(root, `${name}.bak`), "mine")
        yield* write([workspaceOf(root, 1)])
        assert.strictEqual(readFileSync(elsewhere, "utf8"), "mine")
        assert.deepStrictEqual(named(root).sort(), [name, `${name}.bak`])
        assert.isTrue(WorkspaceSnapshot.$is("Read")(yield* read))
      })
    )
  )

  it.scopedLive("that cannot be written leaves the one before", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        mkdirSync(join(fileIn(root), "in the way"), { recursive: true })
        assert.strictEqual((yield* Effect.flip(write([]))).reason, "failed")
        assert.deepStrictEqual(named(root), [name])
      })
    )
  )

  it.scopedLive("needs a repository, and makes none", () =>
    Effect.gen(function* () {
      const root = yield* folder
      const plain = join(root, "plain")
      mkdirSync(plain)
      for (const place of [plain, join(root, "missing")]) {
        const [reading, writing] = yield* Effect.all([Effect.flip(read), Effect.flip(write([]))]).pipe(
          Effect.provide(adapters(place))
        )
        assert.deepStrictEqual([reading.reason, writing.reason], ["not-a-repository", "not-a-repository"])
      }
      assert.deepStrictEqual(readdirSync(plain), [])
    })
  )

  it.scopedLive("is that of a root which is a linked worktree, too", () =>
    withRoot((main) =>
      Effect.gen(function* () {
        const root = join(yield* folder, "linked")
        git(main, "worktree", "add", "-q", root)
        yield* write([workspaceOf(root, 1)]).pipe(Effect.provide(adapters(root)))
        assert.deepStrictEqual([named(main), named(root)], [[], [name]])
        assert.isTrue(existsSync(join(main, ".git", "worktrees", "linked", "big-ocean", "snapshot")))
      })
    )
  )
})

describe("what stands in the place of a snapshot", () => {
  const whole = (root: string) =>
    JSON.stringify({ version: "1.0", sessions: [encoded(workspaceOf(root, 1))] })

  const damages: ReadonlyArray<readonly [what: string, make: (file: string, root: string) => void]> = [
    ["nothing in it", (file) => writeFileSync(file, "")],
    ["cut off", (file, root) => writeFileSync(file, whole(root).slice(0, -3))],
    ["no JSON", (file) => writeFileSync(file, "version 1.0")],
    ["no object", (file) => writeFileSync(file, "[]")],
    ["null", (file) => writeFileSync(file, "null")],
    ["another version", (file, root) => writeFileSync(file, whole(root).replace("1.0", "1.1"))],
    ["a version that is a number", (file) => writeFileSync(file, '{"version":1.0,"sessions":[]}')],
    ["no version", (file) => writeFileSync(file, '{"sessions":[]}')],
    ["no sessions", (file) => writeFileSync(file, '{"version":"1.0"}')],
    ["sessions that are no list", (file) => writeFileSync(file, '{"version":"1.0","sessions":{}}')],
    ["no UTF-8", (file) => writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d]))],
    ["zeros, as after a power cut", (file) => writeFileSync(file, Buffer.alloc(4_096))],
    ["very deep", (file) => writeFileSync(file, "[".repeat(1_000_000))],
    ["very deep, and JSON", (file) => writeFileSync(file, "[".repeat(100_000) + "]".repeat(100_000))],
    [
      "huge",
      (file, root) => {
        writeFileSync(file, whole(root))
        truncateSync(file, 16_777_217)
      }
    ],
    ["a folder", (file) => mkdirSync(join(file, "full"), { recursive: true })],
    ["a pipe", (file) => execFileSync("mkfifo", [file])],
    [
      "a link to a snapshot",
      (file, root) => {
        writeFileSync(join(root, "other"), whole(root))
        symlinkSync("other", file)
      }
    ],
    ["a link that leads nowhere", (file) => symlinkSync("nowhere", file)]
  ]

  it.scopedLive("is unreadable and kept aside, and then missing", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        for (const [what, damage] of damages) {
          damage(fileIn(root), root)
          assert.isTrue(WorkspaceSnapshot.$is("Unreadable")(yield* read), what)
          const [aside = ""] = named(root)
          assert.match(
            aside,
            /^\.claude-container-sessions\.json\.unreadable-\d{4}-\d\d-\d\dT[\d.-]+Z$/,
            what
          )
          assert.lengthOf(named(root), 1)
          assert.deepStrictEqual(yield* read, WorkspaceSnapshot.Missing(), what)
          rmSync(join(root, aside), { recursive: true })
        }
        assert.strictEqual(git(root, "status", "--porcelain"), "?? other\n")
      })
    )
  )

  it.scopedLive("is kept aside a few times", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        for (let number = 1; number <= 8; number++) {
          writeFileSync(fileIn(root), String(number))
          yield* read
          yield* Effect.sleep("2 millis")
        }
        assert.deepStrictEqual(
          asideIn(root)
            .sort()
            .map((file) => readFileSync(join(root, file), "utf8")),
          ["4", "5", "6", "7", "8"]
        )
      })
    )
  )

  it.scopedLive(
    "may hold entries that are no workspaces of this root: these are left out, and the file is copied",
    () =>
      withRoot((root) =>
        Effect.gen(function* () {
          const out = yield* folder
          symlinkSync(out, join(root, "out"))
          mkdirSync(join(root, "in"))
          symlinkSync(join(root, "in"), join(root, "alias"))
          const one = encoded(workspaceOf(root, 1))
          const other = (number: number, changes: object) => ({
            ...encoded(workspaceOf(root, number)),
            ...changes
          })
          const deep = "[".repeat(100_000) + "]".repeat(100_000)
          const wrong = [
            null,
            7,
            "text",
            [],
            {},
            other(2, { id: "../../x" }),
            other(2, { name: "Not Allowed" }),
            other(2, { status: "gone" }),
            other(2, { createdAt: "yesterday" }),
            other(2, { metadata: JSON.parse('{"__proto__":{}}') }),
            other(2, { branch: "\ud800" }),
            other(1, { name: "same-id" }),
            other(2, { name: one.name }),
            other(2, { worktree: one.worktree }),
            other(2, { worktree: root }),
            other(2, { worktree: "/" }),
            other(2, { worktree: "relative" }),
            other(2, { worktree: `${root}/../x` }),
            other(2, { worktree: `${root}x/y` }),
            other(2, { worktree: `${root}//x` }),
            other(2, { worktree: join(root, "out", "x") }),
            other(2, { worktree: join(root, "out", "missing", "x") }),
            other(2, { worktree: join(root, "alias") })
          ]
          const last = encoded(workspaceOf(root, 3))
          const sessions = [one, ...wrong, last]
          const text = JSON.stringify({ version: "1.0", unknown: true, sessions }).replace(
            '"ticket":3',
            `"deep":${deep}`
          )
          writeFileSync(fileIn(root), text)
          assert.deepStrictEqual(yield* read, WorkspaceSnapshot.Read({ sessions: [workspaceOf(root, 1)] }))
          assert.strictEqual(readFileSync(fileIn(root), "utf8"), text)
          assert.deepStrictEqual(
            asideIn(root).map((file) => readFileSync(join(root, file), "utf8")),
            [text]
          )
          const anywhere = other(4, { worktree: join(root, "in", "x"), "not known": 1 })
          writeFileSync(fileIn(root), JSON.stringify({ version: "1.0", sessions: [one, anywhere] }))
          const found = yield* read
          assert.deepStrictEqual(
            WorkspaceSnapshot.$is("Read")(found) ? found.sessions.map(({ id }) => id) : [],
            [idOf(1), idOf(4)]
          )
          assert.lengthOf(asideIn(root), 1)
        })
      )
  )

  it.scopedLive("is neither moved nor forgotten where it cannot be read, or not be kept aside", () =>
    Effect.gen(function* () {
      const root = yield* freshRoot
      const sound = whole(root)
      const dropping = JSON.stringify({ version: "1.0", sessions: [encoded(workspaceOf(root, 1)), null] })
      const failing: ReadonlyArray<readonly [text: string, breaking: Breaking]> = [
        [sound, () => ({ readFile: () => systemError("EIO", name) })],
        [sound, () => ({ stat: () => systemError("EACCES", name) })],
        [
          sound,
          ({ realPath }) => ({
            realPath: (place) => (place === root ? realPath(place) : systemError("EIO", place))
          })
        ],
        ["cut off", () => ({ rename: () => systemError("ENOSPC", name) })],
        [dropping, () => ({ copyFile: () => systemError("ENOSPC", name) })]
      ]
      for (const [text, breaking] of failing) {
        writeFileSync(fileIn(root), text)
        const error = yield* Effect.provide(Effect.flip(read), adapters(root, {}, breaking))
        assert.strictEqual(error.reason, "failed")
        assert.deepStrictEqual(named(root), [name])
        assert.strictEqual(readFileSync(fileIn(root), "utf8"), text)
      }
    })
  )

  it.scopedLive("may be of a root that has moved since", () =>
    withRoot((before) =>
      Effect.gen(function* () {
        yield* write([workspaceOf(before, 1)])
        const root = join(yield* folder, "moved")
        renameSync(before, root)
        assert.deepStrictEqual(
          yield* Effect.provide(read, adapters(root)),
          WorkspaceSnapshot.Read({ sessions: [workspaceOf(root, 1)] })
        )
      })
    )
  )
})

describe("many who write", () => {
  it.scopedLive("share what is read when the turn of one has come, and the last state stays", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const snapshots = yield* WorkspaceSnapshots
        let state = 0
        let reads = 0
        const begun = yield* Deferred.make<void>()
        const go = yield* Deferred.make<void>()
        const current = Effect.sync(() => {
          reads += 1
          return [workspaceOf(root, state)]
        })
        const first = yield* Effect.fork(
          snapshots.write(
            current.pipe(
              Effect.tap(() => Deferred.succeed(begun, undefined)),
              Effect.tap(() => Deferred.await(go))
            )
          )
        )
        yield* Deferred.await(begun)
        const others = yield* Effect.forEach(Array.from({ length: 30 }), () => {
          state += 1
          return Effect.fork(snapshots.write(current))
        })
        yield* Effect.sleep("20 millis")
        yield* Deferred.succeed(go, undefined)
        yield* Fiber.joinAll([first, ...others])
        assert.strictEqual(reads, 2)
        assert.deepStrictEqual(yield* read, WorkspaceSnapshot.Read({ sessions: [workspaceOf(root, 30)] }))
      })
    )
  )

  it.scopedLive("do not share a failure", () =>
    withRoot((root) =>
      Effect.gen(function* () {
        const snapshots = yield* WorkspaceSnapshots
        mkdirSync(join(fileIn(root), "full"), { recursive: true })
        const failing = yield* Effect.fork(Effect.flip(write([])))
        assert.strictEqual((yield* Fiber.join(failing)).reason, "failed")
        const defect = yield* Effect.exit(snapshots.write(Effect.die("the store is away")))
        assert.deepStrictEqual(defect, Exit.die("the store is away"))
        rmSync(fileIn(root), { recursive: true })
        yield* write([workspaceOf(root, 1)])
        assert.isTrue(WorkspaceSnapshot.$is("Read")(yield* read))
      })
    )
  )
})

it.effect("a server without a root has no snapshots", () =>
  Effect.gen(function* () {
    const error = new WorkspacesUnavailableError({ reason: "not-configured" })
    assert.deepStrictEqual(yield* Effect.flip(read), error)
    assert.deepStrictEqual(yield* Effect.flip(write([])), error)
  }).pipe(Effect.provide(FileWorkspaceSnapshots.layerOff))
)
