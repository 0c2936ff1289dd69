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

/**
 * Writes a file beside its place, under a name of its own, and puts it there in one step: readers see the one before or this one, whole, also
 * when the process is killed. What fails leaves the one before, and nothing beside it.
 */
export const writeWhole = (
  tools: Files & { readonly path: Path.Path },
  { file, own, text }: { readonly file: string; readonly own: string; readonly text: string },
  put: (own: string, file: string) => Effect.Effect<void, PlatformError>
) =>
  tools.files.open(own, { flag: "wx" }).pipe(
    Effect.tap((opened) => opened.writeAll(new TextEncoder().encode(text))),
    Effect.tap((opened) => opened.sync),
    Effect.scoped,
    Effect.zipRight(put(own, file)),
    Effect.onError(() =>
      Effect.catchAll(tools.files.remove(own, { force: true }), (error) =>
        Effect.logWarning("A file that was not written to its end stays behind", error)
      )
    ),
    Effect.zipRight(syncFolder(tools, tools.path.dirname(file)))
  )

/** Makes a change of names last. Some systems have no such thing: then the names may come back after a power cut. */
export const syncFolder = ({ files }: Files, folder: string) =>
  files.open(folder, { flag: "r" }).pipe(
    Effect.flatMap((opened) => opened.sync),
    Effect.scoped,
    Effect.catchAll((error) => Effect.logDebug("A folder cannot be synced", error))
  )
