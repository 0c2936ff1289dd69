import type { Machine } from "../machine.ts"
import { contenders } from "../measures/names.ts"
import type { Profile } from "../profile/profiles.ts"
import type { Line } from "../rounds.ts"
import type { Settings } from "../settings.ts"
import { judgeAll, judgeOthers, type Peaks } from "../targets.ts"
import { figureTable, profileTable, ratioTable, targetTable } from "./tables.ts"

/** All that a run has found. */
export interface Findings {
  readonly startedAt: string
  readonly seconds: number
  readonly machine: Machine
  readonly postgres: string
  readonly pgbench: string | undefined
  readonly peerNode: string | undefined
  readonly messages: number
  readonly settings: Settings
  readonly lines: ReadonlyArray<Line>
  readonly peaks: Peaks
  readonly profiles: ReadonlyArray<Profile>
  readonly troubles: ReadonlyMap<string, string>
}

const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`

const troubled = ({ settings, troubles }: Findings): ReadonlyArray<string> => [
  ...(settings.peers ? [] : ["The peers were left out (`--no-peers`)."]),
  ...Array.from(
    troubles,
    ([peer, reason]) =>
      `**${peer}** has no figures, or not all: \`${reason
        .slice(0, 400)
        .trim()
        .replaceAll(/[\s`]+/g, " ")}\``
  )
]

const limit = (pgbench: string | undefined) =>
  pgbench === undefined
    ? `There is no pgbench on this machine. **${contenders.limit}** is the same append, prepared and sent by one process of Node,
  which takes CPU of its own: the limit that it finds is too low.`
    : "**pgbench** sends the same append, prepared, from two threads: the limit."

/** The report in Markdown. `chart` is where the chart lies. */
export const markdown = (findings: Findings, chart: string): string => {
  const { lines, machine, messages, peaks, peerNode, pgbench, postgres, seconds, settings, startedAt } =
    findings
  return `# How fast Big Ocean is

Written by \`pnpm bench\` on ${startedAt.slice(0, 10)}. One run, one PostgreSQL, ${settings.rounds} round${settings.rounds === 1 ? "" : "s"} of all measures in turn (A B, A B …)
after one that warms up. Figures are medians over the rounds with the least and the greatest; ratios are taken round by
round. No request failed: a run with one is no result. It took ${seconds} seconds.

- ${machine.cpu}, ${machine.memoryGib} GiB, ${machine.system}; load ${machine.load.toFixed(1)} before the run. Everything runs on this machine: servers, PostgreSQL and who asks.
- Node ${machine.node}; peers ${peerNode === undefined ? "not run" : `on the Node of \`${peerNode.includes("node_modules") ? "bench/peers" : "the run"}\``}. PostgreSQL ${postgres}.
- ${messages.toLocaleString("en-US")} messages of 200 to 400 bytes, made from a seed, in sessions of 10 to 10,000.
- ${machine.peers}.

## Targets

${targetTable(judgeAll(lines, peaks))}

Memory at its peak: ${Array.from(peaks, ([name, bytes]) => `${name} ${mebibytes(bytes)}`).join(", ") || "not known on this system"}.

## Where the time goes

The CPU time of the API's process by whose code it is, as V8's profiler sees it, which makes it a little slower.
PostgreSQL's own time is in the table of all figures.

${profileTable(findings.profiles)}

## What grows

The scale is logarithmic. By length: one reader who resumes four sessions over and over, and four writers, each with a
session. By number: eight readers and eight writers of two-message sessions all over the database.

![Appends and resumes a second, against the length of a session and the number of sessions](${chart})

## All figures

${[figureTable(lines), ratioTable(judgeOthers(lines)), ...troubled(findings)].join("\n\n")}

## How it is measured

- **big ocean** is the bundle of \`apps/api\`, started as its image starts it (\`--max-old-space-size=512 --min-semi-space-size=16\`), with \`AUTH_MODE=off\` and with
  \`GROUP_COMMIT=off\`; **big ocean, group commit** has that on, as it is by default. **by hand** is \`bench/src/by-hand\`: Fastify and
  pg on the same tables, with named statements, the same one-statement append, bodies checked by ajv and answers
  written by fast-json-stringify; also bundled, and with the same settings of its heap. What both answer is compared before, byte for byte in length and value
  for value; what they store, too. Afterwards each session is looked at: it has the messages that it counts.
- **cold**: all sessions of a length in turn, asked of a process of the API that keeps nothing (\`HISTORY_CACHE_MIB=0\`, as nothing is
  kept of what is read for the first time) and of another one of the server by hand; neither is asked for anything else. PostgreSQL
  has its pages in memory. **warm**: the same few sessions over and over, with what is kept by default.
- The round before those that count is three times as long: code that is run often is compiled then. In each round a third of the
  time comes before that which counts: a server or a peer that was not asked for a minute connects to PostgreSQL again.
- **CPU µs** is the CPU time of the server's process for one request, of all its threads; for peers in process it is that of
  the process they are called in. **PostgreSQL µs** is that of all its processes together. Both come from the kernel.
- **Peers** have a database of their own each on the same PostgreSQL, with 40,000 of the same messages, a fifth of what Big
  Ocean has: in their favour. They are called through their public interfaces without a model, in a process of their
  own and without HTTP; Mastra's own REST server is asked over HTTP like Big Ocean. LangGraph's threads of 1,000 are one
  checkpoint each. Peers load the same threads over and over, as the API does in **warm**: peers read them from PostgreSQL each time, the
  API asks PostgreSQL whether what it keeps is still true. What the API has to read is beside it, as "not kept". The peers run on a Node that is new enough for Mastra.
- **send** is a message and its answer. Big Ocean asks Nerin, who goes through the whole history; the server by hand answers
  with one sentence. It is not the same work and no target.
- ${limit(pgbench)}
- Requests are made by a process of its own with undici: kept-alive connections, each with one request at a time, and every
  status and every length checked.
`
}
