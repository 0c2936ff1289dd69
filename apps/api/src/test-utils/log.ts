import { Cause, Context, Effect, HashMap, Layer, Logger, LogLevel } from "effect"

interface Line {
  readonly level: string
  readonly text: string
  readonly annotations: Readonly<Record<string, unknown>>
}

/** What the server of a test has logged, on all levels. */
export class Log extends Context.Tag("Log")<Log, Array<Line>>() {}

export const layer = Layer.unwrapEffect(
  Effect.sync(() => {
    const lines: Array<Line> = []
    const logger = Logger.make(({ annotations, cause, logLevel, message }) => {
      lines.push({
        level: logLevel.label,
        text: `${message}\n${Cause.pretty(cause)}\n${JSON.stringify(cause)}`,
        annotations: Object.fromEntries(HashMap.toEntries(annotations))
      })
    })
    return Layer.mergeAll(
      Layer.succeed(Log, lines),
      Logger.replace(Logger.defaultLogger, logger),
      Logger.minimumLogLevel(LogLevel.All)
    )
  })
)
