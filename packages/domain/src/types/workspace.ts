import { DateTime, Option, Schema } from "effect"
import { SessionId, UserId } from "./ids.ts"
import { JsonObject } from "./json.ts"
import { storableText } from "./text.ts"
import { Timestamp } from "./timestamp.ts"

/** A workspace's id: a random UUID (version 4), in small letters. */
export const WorkspaceId = Schema.String.pipe(
  Schema.pattern(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, {
    message: () => "must be a UUID of version 4, in small letters",
    jsonSchema: { format: "uuid" },
    arbitrary: () => (fc) => fc.uuid({ version: 4 })
  }),
  Schema.annotations({
    description: "The workspace: a UUID of version 4",
    examples: ["3f0c1f5e-7a52-4d0b-9c3e-5b8f6d1a2c47"]
  }),
  Schema.brand("WorkspaceId")
)
export type WorkspaceId = typeof WorkspaceId.Type

/** What some systems take for a device, whatever follows the first dot, and so cannot be a file or a branch there. */
const isDevice = (name: string): boolean => /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i.test(name)

const nameMessage = () =>
  "must be 1 to 64 small letters, digits and hyphens, not begin or end with a hyphen, and be no name of a device"

/** 1 to 64 small letters, digits and hyphens; a hyphen comes neither first nor last. */
export const WorkspaceName = Schema.String.pipe(
  Schema.pattern(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, { message: nameMessage }),
  Schema.filter((name) => !isDevice(name), { jsonSchema: {} }),
  Schema.annotations({
    message: nameMessage,
    description: "1 to 64 small letters, digits and hyphens; unique among the workspaces of one root",
    examples: ["search-box"]
  }),
  Schema.brand("WorkspaceName")
)
export type WorkspaceName = typeof WorkspaceName.Type

const branchPart = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9_-])?$/

const isBranchPart = (part: string): boolean =>
  branchPart.test(part) && !part.includes("..") && !part.toLowerCase().endsWith(".lock") && !isDevice(part)

/** What git takes for a commit's id, or for a commit that it notes under this name. */
const isCommit = (name: string): boolean =>
  /^(?:[0-9a-f]{40}|[0-9a-f]{64}|HEAD|(?:FETCH|ORIG|MERGE)_HEAD)$/i.test(name)

const isBranch = (name: string): boolean =>
  name.length <= 200 && !isCommit(name) && name.split("/").every(isBranchPart)

/** A branch that a caller may name: less than git takes, so that it is a file's name anywhere and no option. */
export const BranchName = Schema.String.pipe(
  Schema.filter(isBranch, {
    jsonSchema: { minLength: 1, maxLength: 200 },
    arbitrary: () => (fc) =>
      fc
        .array(fc.stringMatching(branchPart), { minLength: 1, maxLength: 3 })
        .map((parts) => parts.map((part) => part.slice(0, 60)).join("/"))
        .filter(isBranch)
  }),
  Schema.annotations({
    message: () =>
      "must be a branch of at most 200 letters, digits, . _ - and /, whose parts begin with a letter, a digit or _",
    description:
      "A branch; one that there is not begins at the branch of its name that exactly one remote has, and tracks it, or else where the root's HEAD is",
    examples: ["feature/search-box"]
  }),
  Schema.brand("BranchName")
)
export type BranchName = typeof BranchName.Type

export const WorkspaceStatus = Schema.Literal("active", "waiting", "idle", "error", "stopped").annotations({
  description:
    "As whoever works in it says; `idle` after a restart, and `error` when its worktree is gone then"
})
export type WorkspaceStatus = typeof WorkspaceStatus.Type

const ProcessId = Schema.Number.pipe(
  Schema.int(),
  Schema.between(1, 2_147_483_647, {
    message: () => "must be a process id: a whole number from 1 to 2147483647",
    description: "The process of its terminal; null when there is none, as after a restart"
  })
)

/** A named session of work over a git worktree. */
export class Workspace extends Schema.Class<Workspace>("Workspace")(
  {
    id: WorkspaceId,
    /** Absent where it is nobody's, as one that was found: then it is everybody's who names himself. */
    userId: Schema.optionalWith(
      UserId.annotations({ description: "Whose it is; absent where it is nobody's" }),
      {
        as: "Option",
        exact: true
      }
    ),
    name: WorkspaceName,
    status: WorkspaceStatus,
    /** When it was made or last restored; who works in it may have changed to another one since. */
    branch: Schema.OptionFromNullOr(
      storableText(1_024).annotations({
        description:
          "The branch as of the creation or the last restore; null where the worktree's HEAD was detached",
        examples: ["feature/search-box"]
      })
    ),
    worktree: storableText(2_048).annotations({
      description: "The worktree's absolute path on the server's machine",
      examples: ["/workspace/.worktrees/3f0c1f5e-7a52-4d0b-9c3e-5b8f6d1a2c47"]
    }),
    sessionId: Schema.OptionFromNullOr(SessionId).annotations({
      description: "The conversation that is its history; null once that was deleted, until the next restore"
    }),
    ptyPid: Schema.OptionFromNullOr(ProcessId).annotations({ examples: [Option.some(4_711)] }),
    currentPhase: Schema.OptionFromNullOr(
      storableText(255).annotations({ description: "What is being done in it", examples: ["implementation"] })
    ),
    metadata: JsonObject,
    createdAt: Timestamp,
    /** Never goes back. */
    lastActivity: Timestamp
  },
  [{}, { identifier: "Workspace", description: "A named session of work over a git worktree" }]
) {
  /** Without a process, since whatever ran in it has ended. */
  restored(state: Pick<Workspace, "status" | "branch" | "worktree">): Workspace {
    return new Workspace({ ...this, ...state, ptyPid: Option.none() })
  }
}

/** What a caller can change of a workspace. What is left out stays; `none` removes. */
export type WorkspaceChange = Partial<Pick<Workspace, "status" | "ptyPid" | "currentPhase" | "metadata">>

/** The branch of a workspace whose creator names none. */
export const branchOf = (name: WorkspaceName): BranchName => BranchName.make(`feature/${name}`)

/** The names that a workspace without one may get on a day in UTC, in order: `feature-2026-01-31-001`, `-002` … */
export const nameOfDay = (now: Timestamp, number: number): WorkspaceName =>
  WorkspaceName.make(`feature-${DateTime.formatIsoDateUtc(now)}-${String(number).padStart(3, "0")}`)

/** What a creation that has not ended may have made in the repository: a branch with the worktree, or the worktree alone. */
export type MadeInGit = "branch" | "worktree"

/** What would be lost with a worktree. */
export interface WorktreeChanges {
  /** Changed, added, removed and untracked files that git does not ignore. */
  readonly changedFiles: number
  /** Whether its HEAD is at a commit that no branch and no tag holds, or changes are put aside until a rebase or merge has ended. */
  readonly unnamedCommits: boolean
  /** Whether somebody said with `git worktree lock` that it must stay. */
  readonly locked: boolean
}

const ids = (description: string) => Schema.Array(WorkspaceId).annotations({ description })

/** What a restore found and did. */
export class WorkspaceRestore extends Schema.Class<WorkspaceRestore>("WorkspaceRestore")(
  {
    source: Schema.Literal("database", "snapshot", "worktrees").annotations({
      description:
        "What the workspaces came from: `snapshot` where the database knew none; what the database alone has lost comes from there too"
    }),
    snapshot: Schema.Literal("read", "missing", "unreadable").annotations({
      description: "How the snapshot file was found; an unreadable one is kept aside"
    }),
    restored: ids("Back as `idle`"),
    adopted: ids(
      "Worktrees that nobody knew, now workspaces that are `idle`: nobody's, or the owner's inside of whose worktree they are"
    ),
    lost: ids("Their worktrees are gone: `error`"),
    removed: ids("Creations and removals that were cut off: nothing is left of them"),
    leftAlone: Schema.Array(Schema.String).annotations({
      description: "Worktrees of the repository that are not below the root; told to trusted callers only",
      examples: [[]]
    }),
    sessions: Schema.Array(Workspace).annotations({ description: "Your workspaces as they are now" })
  },
  { description: "What a restore found and did" }
) {}

/** The workspaces of one root, oldest first. */
export class WorkspaceList extends Schema.Class<WorkspaceList>("WorkspaceList")(
  {
    sessions: Schema.Array(Workspace),
    count: Schema.NonNegativeInt.annotations({ description: "How many are yours", examples: [1] }),
    maximum: Schema.Positive.pipe(Schema.int()).annotations({
      description: "How many there may be at once, whosever they are",
      examples: [4]
    })
  },
  { description: "Your workspaces" }
) {}
