import type { FileSystem, Path } from "@effect/platform"
import type { PlatformError } from "@effect/platform/Error"
import { Effect, Option } from "effect"
import { isFolder, isNotFound } from "./refusals.ts"

interface Files {
  readonly files: FileSystem.FileSystem
}

/** Without the newline that a line of git's ends with; a path may have others. */
export const oneLine = (text: string): string => text.replace(/\n$/, "")

/** Whether a path leads to something below a folder. Both are absolute and without symbolic links. */
export const isBelow = (path: Path.Path, folder: string, place: string): boolean =>
  place.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep) && place !== folder

/** What is asked of a path; none where nothing is there. */
export const ifThere = <A>(asked: Effect.Effect<A, PlatformError>) =>
  Effect.catchIf(Effect.asSome(asked), isNotFound, () => Effect.succeedNone)

/** Whether there is something at a path, links followed. */
export const isThere = ({ files }: Files, place: string) =>
  Effect.map(ifThere(files.access(place)), Option.isSome)

/** Whether there is something of this name, also a link that leads nowhere. */
export const isTaken = (tools: Files, place: string) =>
  Effect.if(Effect.isSuccess(tools.files.readLink(place)), {
    onTrue: () => Effect.succeed(true),
    onFalse: () => isThere(tools, place)
  })

/** What is in a folder; nothing where there is none. */
export const namesIn = (files: FileSystem.FileSystem, folder: string) =>
  Effect.catchIf(files.readDirectory(folder), isNotFound, () => Effect.succeed(Array.of<string>()))

/** The content of a small file of git's own, if there is one and no folder in its place. */
export const lineIn = (files: FileSystem.FileSystem, file: string) =>
  files.readFileString(file).pipe(
    ifThere,
    Effect.catchIf(isFolder, () => Effect.succeedNone),
    Effect.map(Option.map(oneLine))
  )

/** Makes a change of names last. Some systems have no such thing: then the names may come back after a power cut. */
export const syncFolder = ({ files }: Files, folder: string) =>
  files.open(folder, { flag: "r" }).pipe(
    Effect.flatMap((opened) => opened.sync),
    Effect.scoped,
    Effect.catchAll((error) => Effect.logDebug("A folder cannot be synced", error))
  )
