import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, DateTime, Either, FastCheck, Schema } from "effect"
import {
  BranchConflictError,
  MaxSessionsError,
  UncommittedWorkError,
  WorkspaceExistsError,
  WorkspaceNotFoundError,
  WorkspacesUnavailableError
} from "../errors/workspace.ts"
import { itSurvivesTheWire } from "../test-utils/wire.ts"
import {
  BranchName,
  branchOf,
  nameOfDay,
  Workspace,
  WorkspaceId,
  WorkspaceList,
  WorkspaceName,
  WorkspaceRestore,
  WorkspaceStatus
} from "../types/workspace.ts"

const accepts = <A, I>(schema: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknownEither(schema)
  return (value: unknown) => Either.isRight(decode(value))
}

/** What a shell, git, a path, a terminal or some system would take for something else than a name. */
const hostileNames = [
  "-rf",
  "--help",
  "-",
  "../x",
  "a/../../b",
  "..",
  ".",
  "/etc/passwd",
  "a/b/",
  "a//b",
  "a\\b",
  "~root",
  "$(id)",
  "`id`",
  "a;id",
  "a b",
  "a\nb",
  "a\u001b[2J",
  "a\0b",
  "@",
  "@{-1}",
  "x.lock",
  "con",
  "ａ\u202Eb",
  "",
  "x".repeat(300)
]

describe("every schema of workspaces survives the wire", () => {
  itSurvivesTheWire("WorkspaceId", WorkspaceId)
  itSurvivesTheWire("WorkspaceName", WorkspaceName)
  itSurvivesTheWire("BranchName", BranchName)
  itSurvivesTheWire("WorkspaceStatus", WorkspaceStatus)
  itSurvivesTheWire("Workspace", Workspace)
  itSurvivesTheWire("WorkspaceList", WorkspaceList)
  itSurvivesTheWire("WorkspaceRestore", WorkspaceRestore)
  itSurvivesTheWire("WorkspaceNotFoundError", WorkspaceNotFoundError)
  itSurvivesTheWire("MaxSessionsError", MaxSessionsError)
  itSurvivesTheWire("WorkspaceExistsError", WorkspaceExistsError)
  itSurvivesTheWire("BranchConflictError", BranchConflictError)
  itSurvivesTheWire("UncommittedWorkError", UncommittedWorkError)
  itSurvivesTheWire("WorkspacesUnavailableError", WorkspacesUnavailableError)
})

describe("names of workspaces and branches", () => {
  const isName = accepts(WorkspaceName)
  const isBranch = accepts(BranchName)

  it("are 26 times hostile", () => {
    assert.strictEqual(new Set(hostileNames).size, 26)
  })

  it.each(hostileNames)("do not take %j, whatever is around it", (hostile) => {
    assert.isFalse(isName(hostile))
    assert.isFalse(isBranch(hostile))
    assert.isFalse(isBranch(`feature/${hostile}`))
    assert.isFalse(isBranch(`${hostile}/feature`))
  })

  it.each(["a", "0", "a-b", "a--b", "feature-2026-01-31-001", "x".repeat(64), "console"])(
    "take %j",
    (name) => {
      assert.isTrue(isName(name))
    }
  )

  it.each(["A", "a_b", "a.b", "ä", "a-", "-a", "x".repeat(65), "nul", "lpt1", "a/b"])(
    "WorkspaceName does not take %j",
    (name) => {
      assert.isFalse(isName(name))
    }
  )

  it.each(["main", "feature/a", "user/Name_1.x", "v1.0", "_", "a".repeat(128), "a/b/c"])(
    "BranchName takes %j",
    (name) => {
      assert.isTrue(isBranch(name))
    }
  )

  it.each([
    "HEAD",
    ".a",
    "a.",
    "a..b",
    "a/.b",
    "a.LOCK/b",
    "feature/-x",
    "a@{1}",
    "a^",
    "a:b",
    "a?",
    "a*",
    "a[b",
    "CON.x",
    "a".repeat(129),
    Array(101).fill("a").join("/")
  ])("BranchName does not take %j", (name) => {
    assert.isFalse(isBranch(name))
  })

  it("give every name a branch", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(WorkspaceName), (name) => {
        assert.isTrue(isBranch(branchOf(name)))
      })
    )
  })

  it("are counted up on each day in UTC, also beyond three digits", () => {
    const day = DateTime.unsafeMake("2026-01-31T23:59:59.999Z")
    assert.strictEqual(nameOfDay(day, 1), "feature-2026-01-31-001")
    assert.strictEqual(nameOfDay(day, 999), "feature-2026-01-31-999")
    assert.strictEqual(nameOfDay(day, 1_000), "feature-2026-01-31-1000")
    assert.strictEqual(nameOfDay(DateTime.add(day, { millis: 1 }), 1), "feature-2026-02-01-001")
  })
})

describe("WorkspaceId", () => {
  const isId = accepts(WorkspaceId)

  it.each([
    ...hostileNames,
    "3f0c1f5e-7a52-1d0b-9c3e-5b8f6d1a2c47",
    "3f0c1f5e-7a52-4d0b-7c3e-5b8f6d1a2c47",
    "3F0C1F5E-7A52-4D0B-9C3E-5B8F6D1A2C47",
    "3f0c1f5e-7a52-4d0b-9c3e-5b8f6d1a2c47\n",
    "3f0c1f5e7a524d0b9c3e5b8f6d1a2c47"
  ])("refuses %j", (id) => {
    assert.isFalse(isId(id))
  })

  it("takes a random UUID", () => {
    assert.isTrue(isId("3f0c1f5e-7a52-4d0b-9c3e-5b8f6d1a2c47"))
  })
})

describe("errors of workspaces", () => {
  it("say what could be done", () => {
    assert.strictEqual(
      new MaxSessionsError({ maximum: 4, sessions: [] }).detail,
      "Maximum 4 sessions supported. Destroy a session to create a new one."
    )
    assert.strictEqual(
      new WorkspaceExistsError({ name: WorkspaceName.make("a") }).detail,
      "A workspace is called a already."
    )
    const branch = "feature/a"
    assert.strictEqual(
      new BranchConflictError({ branch, reason: "checked-out" }).detail,
      "Branch feature/a is checked out in another worktree."
    )
    assert.strictEqual(
      new BranchConflictError({ branch, reason: "name-taken" }).detail,
      "Branch feature/a cannot be made beside the branches that there are."
    )
    assert.strictEqual(
      new WorkspacesUnavailableError({ reason: "not-configured" }).detail,
      "This server has no WORKSPACE_ROOT."
    )
  })
})
