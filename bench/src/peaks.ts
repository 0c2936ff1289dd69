import { Effect } from "effect"
import type { Server } from "./servers.ts"
import { peakBytes } from "./usage.ts"

/** Remembers the most memory that servers of each name have had, also of processes that have ended since. */
export const makePeaks = () => {
  const peaks = new Map<string, number>()
  const watch = ({ name, pid }: Server) =>
    Effect.sync(() => {
      const bytes = peakBytes(pid)
      if (bytes !== undefined) peaks.set(name, Math.max(bytes, peaks.get(name) ?? 0))
    })
  return { peaks, watch }
}
