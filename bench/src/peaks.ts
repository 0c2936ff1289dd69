import { Effect } from "effect"
import type { Server } from "./servers.ts"
import { peakBytes } from "./usage.ts"

/** The most memory that any one of the processes of each name has had. */
export const makePeaks = () => {
  const peaks = new Map<string, number>()
  const watch = ({ name, pid }: Server) =>
    Effect.sync(() => {
      const bytes = peakBytes(pid)
      if (bytes !== undefined) peaks.set(name, Math.max(bytes, peaks.get(name) ?? 0))
    })
  return { peaks, watch }
}
