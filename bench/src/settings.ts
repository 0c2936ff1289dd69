/** How much is measured. */
export interface Settings {
  readonly rounds: number
  /** How long one measure takes in one round. */
  readonly millis: number
  /** Numbers of sessions whose databases are compared. */
  readonly sizes: ReadonlyArray<number>
  readonly peers: boolean
  /** Whether docs/performance.md is written anew. */
  readonly writeDocs: boolean
}

const flags = ["--quick", "--no-peers", "--write-docs"] as const

/** What the command line asks for; nothing where it asks for something else. */
export const settingsOf = (args: ReadonlyArray<string>): Settings | undefined => {
  const has = (flag: (typeof flags)[number]) => args.includes(flag)
  if (args.some((arg) => arg !== "--" && !flags.some((flag) => flag === arg))) return undefined
  const quick = has("--quick")
  // What has not been measured often enough, or not at all, is no report.
  if (has("--write-docs") && (quick || has("--no-peers"))) return undefined
  return {
    rounds: quick ? 1 : 5,
    millis: quick ? 150 : 600,
    sizes: quick ? [1_000, 10_000] : [1_000, 10_000, 100_000],
    peers: !has("--no-peers"),
    writeDocs: has("--write-docs")
  }
}

export const usage = "pnpm bench [--write-docs], or to try it out: pnpm bench [--quick] [--no-peers]"
