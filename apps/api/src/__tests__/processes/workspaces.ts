import { access, readdir } from "node:fs/promises"
import { join } from "node:path"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { exchange } from "../../test-utils/exchange.ts"
import { git } from "../../test-utils/git-repository.ts"
import { snapshotName, snapshotOf, workspaceCaller } from "../../test-utils/workspace-caller.ts"
import * as BigOcean from "./big-ocean.ts"

/** A server over a root, and a caller of it whom it trusts. */
export const serve = (options: BigOcean.Options) =>
  Effect.map(BigOcean.serve(options), (server) => ({
    ...server,
    ...workspaceCaller((asked) => exchange(server.origin, asked))
  }))
export type Served = Effect.Effect.Success<ReturnType<typeof serve>>

/** Each of the workspaces has its worktree, git knows of them and of no others, and so does the snapshot file. */
export const checkWhole = Effect.fnUntraced(function* (root: string, { list }: Pick<Served, "list">) {
  const { sessions } = yield* list
  const ids = sessions.map(({ id }) => id)
  const folders = yield* Effect.promise(() => readdir(join(root, ".worktrees")).catch(() => []))
  assert.sameMembers(folders, ids)
  const known = yield* git(root, "worktree", "list", "--porcelain")
  assert.sameMembers(
    [...known.matchAll(/^worktree (.*)$/gm)].map(([, path]) => path),
    [root, ...sessions.map(({ worktree }) => worktree)]
  )
  assert.notMatch(known, /^prunable/m)
  for (const { branch, worktree } of sessions) {
    yield* Effect.promise(() => access(worktree))
    assert.strictEqual(yield* git(worktree, "symbolic-ref", "HEAD"), `refs/heads/${branch}`)
    assert.strictEqual(yield* git(worktree, "status", "--porcelain"), "")
  }
  assert.deepStrictEqual(yield* snapshotOf(root), sessions)
  const files = yield* Effect.promise(() => readdir(root))
  assert.deepStrictEqual(
    files.filter((name) => name.includes("claude")),
    sessions.length === 0 ? files.filter((name) => name === snapshotName) : [snapshotName]
  )
  return sessions
})
