import { contenders, names } from "./measures/names.ts"
import { peerOperations, peers } from "./measures/peers.ts"
import { type Line, type Metric, ratio, type Side } from "./rounds.ts"
import type { Spread } from "./statistics.ts"

const { byHand, grouped, limit, mastraServer, ours } = contenders

interface Target {
  readonly what: string
  readonly goal: number
  /** The ratio may not be greater, instead of not be less. */
  readonly atMost?: boolean
  readonly metric?: Metric
  readonly one: Side
  readonly other: Side
}

const against = (what: string, name: string, goal: number): Target => ({
  what: `${what}, against by hand`,
  goal,
  one: [name, ours],
  other: [name, byHand]
})

/** What of the API, as it is by default, does what a peer's operation does. */
const counterparts: Record<(typeof peerOperations)[number]["name"], Side> = {
  "create a thread": [names.start, ours],
  "append to a thread": [names.append16, grouped],
  "append to a thread of 1,000": [names.append1000, ours],
  "load a thread of 50": [names.warm50, ours],
  "load a thread of 1,000": [names.warm1000, ours]
}

const againstServer = (name: keyof typeof counterparts, goal: number): Target => ({
  what: `${name}, against Mastra's REST server`,
  goal,
  one: counterparts[name],
  other: [name, mastraServer]
})

/** What the API does over HTTP, against a peer that is called in process. */
const againstPeer = (peer: string) =>
  peerOperations.map(
    ({ name }): Target => ({
      what: `${name}, over HTTP against ${peer} in process`,
      goal: 1,
      one: counterparts[name],
      other: [name, peer]
    })
  )

const targets: ReadonlyArray<Target> = [
  against(names.append16, names.append16, 1),
  { ...against(`${names.append16}: CPU`, names.append16, 1.2), metric: "cpu", atMost: true },
  {
    what: "append, 64 connections with group commit, against the limit at 32 clients",
    goal: 0.8,
    one: [names.append64, grouped],
    other: [names.limit(32), limit]
  },
  against(names.cold50, names.cold50, 1),
  against(names.cold1000, names.cold1000, 1.25),
  against(names.cold10000, names.cold10000, 1.25),
  against(names.warm50, names.warm50, 3),
  against(names.warm1000, names.warm1000, 15),
  against(names.warm10000, names.warm10000, 15),
  against(names.newest, names.newest, 1),
  {
    what: "304, against a cold resume of 50",
    goal: 2,
    one: [names.unchanged, ours],
    other: [names.cold50, ours]
  },
  againstServer("append to a thread", 4),
  againstServer("load a thread of 50", 2.5),
  againstServer("load a thread of 1,000", 30),
  ...againstPeer(peers.voltagent),
  ...againstPeer(peers.langgraph),
  {
    what: "append to a session of 10,000, against an empty one",
    goal: 0.9,
    one: ["append to a session of 10000", ours],
    other: ["append to a session of 0", ours]
  }
]

/** A target, and how far the run is from it. */
export interface Judged {
  readonly what: string
  readonly goal: number
  readonly atMost: boolean
  readonly found: Spread | undefined
}

const judge =
  (all: ReadonlyArray<Line>) =>
  ({ atMost = false, goal, metric = "perSecond", one, other, what }: Target): Judged => ({
    what,
    goal,
    atMost,
    found: ratio(all, metric, one, other)
  })

/** Peak memory in bytes of who was looked at. */
export type Peaks = ReadonlyMap<string, number>

const memory = (peaks: Peaks): Judged => {
  const most = Math.max(peaks.get(ours) ?? Number.NaN, peaks.get(grouped) ?? 0)
  const value = most / (peaks.get(byHand) ?? Number.NaN)
  return {
    what: "memory at its peak, against by hand",
    goal: 1.5,
    atMost: true,
    found: Number.isFinite(value) ? { median: value, min: value, max: value } : undefined
  }
}

/** Loads of what the API has not read before, against those who have no other way. */
const notKept = [mastraServer, peers.mastra, peers.voltagent, peers.langgraph].flatMap((other) =>
  (
    [
      ["load a thread of 50", names.cold50],
      ["load a thread of 1,000", names.cold1000]
    ] as const
  ).map(
    ([name, cold]): Target => ({
      what: `${name}, not kept, over HTTP against ${other}`,
      goal: 1,
      one: [cold, ours],
      other: [name, other]
    })
  )
)

/** What has no target. */
export const judgeOthers = (all: ReadonlyArray<Line>): ReadonlyArray<Judged> =>
  [...againstPeer(peers.mastra), ...notKept].map(judge(all))

export const judgeAll = (all: ReadonlyArray<Line>, peaks: Peaks): ReadonlyArray<Judged> => [
  ...targets.map(judge(all)),
  memory(peaks)
]
