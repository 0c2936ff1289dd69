import { existsSync, readFileSync } from "node:fs"
import { SourceMap } from "node:module"
import { basename } from "node:path"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"
import { bundle } from "../servers.ts"

/** What V8 writes with `--cpu-prof`, as far as it is read here; times are in microseconds. */
const CpuProfile = Schema.parseJson(
  Schema.Struct({
    nodes: Schema.Array(
      Schema.Struct({
        id: Schema.Number,
        callFrame: Schema.Struct({
          functionName: Schema.String,
          url: Schema.String,
          lineNumber: Schema.Number,
          columnNumber: Schema.Number
        })
      })
    ),
    startTime: Schema.Number,
    samples: Schema.Array(Schema.Number),
    timeDeltas: Schema.Array(Schema.Number)
  })
)

type Frame = (typeof CpuProfile.Type)["nodes"][number]["callFrame"]

const RawMap = Schema.parseJson(
  Schema.Struct({
    version: Schema.Number,
    file: Schema.optionalWith(Schema.String, { default: () => "" }),
    sources: Schema.mutable(Schema.Array(Schema.String)),
    sourcesContent: Schema.optionalWith(Schema.mutable(Schema.Array(Schema.String)), { default: () => [] }),
    names: Schema.mutable(Schema.Array(Schema.String)),
    mappings: Schema.String,
    sourceRoot: Schema.optionalWith(Schema.String, { default: () => "" })
  })
)

// The process ran a copy, which is gone with it.
const readMap = (url: string) => {
  const file = url.startsWith("file:") ? `${bundle}/${basename(fileURLToPath(url))}.map` : ""
  return existsSync(file) ? new SourceMap(Schema.decodeSync(RawMap)(readFileSync(file, "utf8"))) : undefined
}

// By pnpm's folder: what stands behind it may be a path of the package's own making.
const ofPackage = /\.pnpm\/((?:@[^+/]+\+)?[^@/]+)@/
const ofWorkspace = /((?:packages|apps)\/[^/]+)\/src/

/** Whose code a source is: a package of npm or of the workspace. */
const ownerOf = (source: string): string =>
  ofPackage.exec(source)?.[1]?.replace("+", "/") ?? ofWorkspace.exec(source)?.[1] ?? "other"

/** By what nobody wrote in JavaScript: V8's own, the system's, and time without work. */
const native: Record<string, string> = {
  "(garbage collector)": "garbage collection",
  "(program)": "Node and V8, native",
  "(idle)": "idle"
}

const classify = () => {
  const maps = new Map<string, SourceMap | undefined>()
  return ({ columnNumber, functionName, lineNumber, url }: Frame): string => {
    if (url === "") return native[functionName] ?? "Node and V8, native"
    if (url.startsWith("node:")) return "Node, JavaScript"
    if (!maps.has(url)) maps.set(url, readMap(url))
    const entry = maps.get(url)?.findEntry(lineNumber, columnNumber)
    return entry !== undefined && "originalSource" in entry ? ownerOf(entry.originalSource) : ownerOf(url)
  }
}

/** A stretch of time on the machine's clock since it was started, in microseconds, which V8's profiles tell, too. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

export const microsNow = () => Number(process.hrtime.bigint() / 1_000n)

/** Which share of the time that was not idle went where, greatest first. */
export const sharesOf = (file: string, { from, to }: Stretch): ReadonlyArray<readonly [string, number]> => {
  const { nodes, samples, startTime, timeDeltas } = Schema.decodeSync(CpuProfile)(readFileSync(file, "utf8"))
  const owner = classify()
  const owners = new Map(nodes.map(({ callFrame, id }) => [id, owner(callFrame)]))
  const micros = new Map<string, number>()
  let at = startTime
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0
    const name = owners.get(id) ?? "other"
    at += delta
    if (at >= from && at <= to && name !== "idle") micros.set(name, (micros.get(name) ?? 0) + delta)
  }
  const all = Array.from(micros.values()).reduce((sum, one) => sum + one, 0)
  return Array.from(micros, ([name, time]) => [name, time / all] as const).sort((a, b) => b[1] - a[1])
}
