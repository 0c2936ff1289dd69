export * as GitWorktrees from "./git-worktrees.ts"
export * as FileWorkspaceSnapshots from "./snapshot/file-workspace-snapshots.ts"
