import { existsSync, readdirSync } from "node:fs"
import { delimiter } from "node:path"
import { Command, FileSystem } from "@effect/platform"
import { Effect, Stream } from "effect"
import { BenchError } from "./bench-error.ts"
import { appendWith } from "./by-hand/append.ts"
import { rangeOf } from "./data/sessions.ts"
import { textOf } from "./data/texts.ts"

/** pgbench of the newest PostgreSQL on this machine; the npm package that tests take theirs from has none. */
export const findPgbench = (): string | undefined => {
  const debian = "/usr/lib/postgresql"
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  return [
    ...versions.map((version) => `${debian}/${version}/bin`),
    ...(process.env["PATH"] ?? "").split(delimiter)
  ]
    .map((folder) => `${folder}/pgbench`)
    .find((file) => existsSync(file))
}

const written = {
  sessionId: ":session",
  userId: "null",
  id: ":id",
  role: "'user'",
  content: ":content",
  metadata: "'{}'",
  title: ":title",
  expectedSequence: "null",
  now: "now()"
} as const

const [first, last] = rangeOf("append")

// Ids are put together where the driver's callers would send them whole.
const script = `
\\set number random(${first}, ${last})
\\set random random(1, 9000000000000000)
${appendWith((name) => written[name])
  .replaceAll(":session", "('session_1767225600000_' || lpad((:number)::text, 21, '0'))")
  .replaceAll(":id", "('msg_' || (:random)::text)")
  .replaceAll("\n", " ")
  .trim()};
`

const failed = (message: string) => new BenchError({ message: `pgbench: ${message}` })

/** The same append as fast as PostgreSQL can do it, by pgbench itself, with so many clients. */
export const runPgbench = Effect.fnUntraced(
  function* (file: string, databaseUrl: string, clients: number, seconds: number) {
    const files = yield* FileSystem.FileSystem
    const directory = yield* files.makeTempDirectoryScoped({ prefix: "big-ocean-pgbench-" })
    yield* files.writeFileString(`${directory}/append.sql`, script)
    const text = textOf(1).replaceAll("\n", " ")
    const child = yield* Command.make(
      file,
      ...["--no-vacuum", "--protocol=prepared", `--client=${clients}`, `--jobs=${Math.min(clients, 2)}`],
      ...[`--time=${seconds}`, `--file=${directory}/append.sql`, `--define=content=${text}`],
      ...[`--define=title=${text.slice(0, 70)}`, databaseUrl]
    ).pipe(Command.env({ PGOPTIONS: "-c random_page_cost=1.1" }), Command.start)
    const said = yield* Stream.merge(child.stdout, child.stderr).pipe(Stream.decodeText(), Stream.mkString)
    const [, count] = /transactions actually processed: (\d+)/.exec(said) ?? []
    const [, failures] = /number of failed transactions: (\d+)/.exec(said) ?? []
    const [, perSecond] = /tps = ([\d.]+)/.exec(said) ?? []
    const [, average] = /latency average = ([\d.]+)/.exec(said) ?? []
    if ((yield* child.exitCode) !== 0 || perSecond === undefined || Number(failures ?? 0) > 0) {
      return yield* failed(said.slice(-1_000))
    }
    return {
      count: Number(count),
      elapsedMillis: (Number(count) / Number(perSecond)) * 1_000,
      ...(average === undefined ? {} : { latencies: [Number(average)] })
    }
  },
  Effect.scoped,
  Effect.catchTags({
    BadArgument: (error) => failed(error.message),
    SystemError: (error) => failed(error.message)
  })
)
