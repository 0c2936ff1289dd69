import { SingleBar } from "cli-progress"
import { Effect } from "effect"

/** Something that takes its time. */
interface Task {
  readonly doing: string
  readonly of: string
  readonly total: number
}

/**
 * A bar on standard error that moves with the task, until the scope closes; nothing where that is no terminal. What it
 * gives tells how much more is done.
 */
export const progressOf = ({ doing, of, total }: Task) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        const bar = new SingleBar({
          format: `${doing} [{bar}] {value} of {total} ${of}, {duration_formatted}`,
          stream: process.stderr,
          noTTYOutput: false,
          hideCursor: true
        })
        bar.start(total, 0)
        return bar
      }),
      (bar) => Effect.sync(() => bar.stop())
    ),
    (bar) => (more: number) => Effect.sync(() => bar.increment(more))
  )
