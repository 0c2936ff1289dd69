import { Data } from "effect"

/** The run cannot give a result that anybody should believe. */
export class BenchError extends Data.TaggedError("BenchError")<{
  readonly message: string
  readonly cause?: unknown
}> {}
