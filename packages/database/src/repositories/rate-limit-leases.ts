import { Clock, Effect, Number } from "effect"

/** Where a caller stands after it was counted. */
export interface Count {
  readonly allowed: boolean
  readonly remaining: number
  /** When its window ends, in ms since 1970. */
  readonly end: number
}

/** Requests of one caller that the database has counted, and that are still to be made. */
interface Lease {
  left: number
  /** What all processes have left, as of the last statement. */
  sharedLeft: number
  end: number
  isRenewing: boolean
  readonly renewed: Effect.Latch
}

/** Whether the database has to be asked. */
const isOut = ({ end, left, sharedLeft }: Lease, now: number): boolean =>
  end <= now || (left === 0 && sharedLeft > 0)

/** Without a request left it is used up. */
const spend = (lease: Lease): Count => {
  const allowed = lease.left > 0
  if (allowed) lease.left -= 1
  return { allowed, remaining: lease.left + lease.sharedLeft, end: lease.end }
}

/**
 * Spends requests in memory that were counted before, several with one statement: a fiftieth of the limit, and at
 * most 20. The limit is never exceeded. What a process has not spent nobody else can: of several processes
 * on one caller each may leave that many unused, less one. A caller that has used up its limit costs no statement.
 *
 * @param countShared counts so many requests at once
 */
export const makeLeases = <E>(
  limit: number,
  countShared: (key: string, requests: number) => Effect.Effect<Count, E>
) => {
  const size = Number.clamp(Math.floor(limit / 50), { minimum: 1, maximum: 20 })
  const leases = new Map<string, Lease>()

  const leaseOf = (key: string): Lease => {
    const found = leases.get(key)
    if (found !== undefined) return found
    const renewed = Effect.unsafeMakeLatch()
    const lease = { left: 0, sharedLeft: 0, end: 0, isRenewing: false, renewed }
    leases.set(key, lease)
    return lease
  }

  const renew = Effect.fnUntraced(function* (key: string, lease: Lease) {
    const now = yield* Clock.currentTimeMillis
    // Somebody else may have done so since.
    if (!isOut(lease, now)) return
    const requests = lease.end <= now ? size : Math.min(lease.sharedLeft, size)
    const { allowed, end, remaining } = yield* countShared(key, requests)
    lease.left = allowed ? requests : 0
    lease.sharedLeft = remaining
    lease.end = end
  })

  /** One statement at a time: requests that come meanwhile wait for what it brings. */
  const renewOnce = (key: string, lease: Lease) =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        const isFirst = !lease.isRenewing
        if (isFirst) lease.renewed.unsafeClose()
        lease.isRenewing = true
        return isFirst
      }),
      (isFirst) => (isFirst ? renew(key, lease) : lease.renewed.await),
      (isFirst) =>
        Effect.sync(() => {
          if (!isFirst) return
          lease.isRenewing = false
          lease.renewed.unsafeOpen()
        })
    )

  return {
    consume: Effect.fnUntraced(function* (key: string) {
      const lease = leaseOf(key)
      while (isOut(lease, yield* Clock.currentTimeMillis)) yield* renewOnce(key, lease)
      return spend(lease)
    }),

    /** Forgets callers whose window is over. */
    forget: Effect.map(Clock.currentTimeMillis, (now) => {
      for (const [key, { end, isRenewing }] of leases) if (end <= now && !isRenewing) leases.delete(key)
    })
  }
}
