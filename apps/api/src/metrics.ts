import { type Workspace, WorkspaceStatus } from "@workspace/domain"
import { Context, Effect, Layer, type Scope } from "effect"
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client"

/** What Prometheus learns of this process. */
export class Metrics extends Context.Tag("@workspace/api/Metrics")<
  Metrics,
  {
    /** Counts an answer: the route as declared, never a path with ids in it. */
    readonly answered: (answer: {
      readonly method: string
      readonly route: string
      readonly status: number
      readonly seconds: number
    }) => void
    /** Counts the stream of a reply that is open, until the scope closes. */
    readonly streaming: Effect.Effect<void, never, Scope.Scope>
    /** Counts a session that was to be saved to its file. */
    readonly saved: (save: {
      readonly outcome: "saved" | "gone" | "failed"
      readonly seconds: number
    }) => void
    /** Counts an operation on workspaces: `refused` is what the caller can mend, `failed` what it cannot. */
    readonly workedOnWorkspaces: (work: {
      readonly operation: string
      readonly outcome: "done" | "refused" | "failed"
      readonly seconds: number
    }) => void
    /** Notes which workspaces there are. */
    readonly knowsWorkspaces: (all: ReadonlyArray<Workspace>) => void
    /** Counts a snapshot file of the workspaces that could not be written. */
    readonly missedSnapshot: Effect.Effect<void>
    /** All metrics in Prometheus' text format, with what is known elsewhere. */
    readonly text: (known: { readonly pendingSaves: number }) => Effect.Effect<string>
  }
>() {
  static readonly layer = Layer.scoped(
    this,
    Effect.gen(function* () {
      const registry = yield* Effect.acquireRelease(
        Effect.sync(() => new Registry()),
        (registry) => Effect.sync(() => registry.clear())
      )
      collectDefaultMetrics({ register: registry })
      const durations = new Histogram({
        name: "http_request_duration_seconds",
        help: "Time from a request's arrival to its answer, in seconds",
        labelNames: ["method", "route", "status"],
        buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        registers: [registry]
      })
      const streams = new Gauge({
        name: "chat_streams_open",
        help: "Streams of replies that are open",
        registers: [registry]
      })
      const saves = new Histogram({
        name: "session_save_duration_seconds",
        help: "Time to save a session to its file, in seconds",
        labelNames: ["outcome"],
        buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        registers: [registry]
      })
      const pending = new Gauge({
        name: "session_saves_pending",
        help: "Sessions that are due to be saved to their files, and are not yet",
        registers: [registry]
      })
      const work = new Histogram({
        name: "workspace_operation_duration_seconds",
        help: "Time of an operation on workspaces, in seconds",
        labelNames: ["operation", "outcome"],
        buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
        registers: [registry]
      })
      const workspaces = new Gauge({
        name: "workspaces",
        help: "Workspaces by status, as of the last change by this process",
        labelNames: ["status"],
        registers: [registry]
      })
      const missedSnapshots = new Counter({
        name: "workspace_snapshot_failures_total",
        help: "Times that the snapshot file of the workspaces could not be written",
        registers: [registry]
      })
      return {
        workedOnWorkspaces: ({ operation, outcome, seconds }) =>
          work.observe({ operation, outcome }, seconds),
        knowsWorkspaces: (all) => {
          for (const status of WorkspaceStatus.literals)
            workspaces.set({ status }, all.filter((workspace) => workspace.status === status).length)
        },
        missedSnapshot: Effect.sync(() => missedSnapshots.inc()),
        streaming: Effect.acquireRelease(
          Effect.sync(() => streams.inc()),
          () => Effect.sync(() => streams.dec())
        ),
        answered: ({ method, route, seconds, status }) =>
          durations.observe({ method, route, status }, seconds),
        saved: ({ outcome, seconds }) => saves.observe({ outcome }, seconds),
        text: ({ pendingSaves }) =>
          Effect.promise(() => {
            pending.set(pendingSaves)
            return registry.metrics()
          })
      }
    })
  )
}
