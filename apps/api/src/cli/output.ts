import type { PlatformError } from "@effect/platform/Error"
import { NodeSink } from "@effect/platform-node"
import { Sink } from "effect"
import { CommandFailedError, codeOf } from "./command-failed.ts"

export const cannotWrite = (where: string) => (error: PlatformError) =>
  new CommandFailedError({ message: `${where} cannot be written${codeOf(error)}.` })

/** Standard output, which whoever reads it may close. */
export const standardOutput = Sink.mapError(NodeSink.stdout, cannotWrite("Standard output"))
