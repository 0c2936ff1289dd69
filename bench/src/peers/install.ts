import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Command } from "@effect/platform"
import { Effect, Stream } from "effect"
import { BenchError } from "../bench-error.ts"

/** Outside the workspace: nobody who only tests or runs Big Ocean installs what it is compared with. */
export const peersFolder = fileURLToPath(new URL("../../peers", import.meta.url))

const install = ["install", "--ignore-workspace", "--frozen-lockfile", "--ignore-scripts", "--prefer-offline"]

/** The pnpm that runs this, or one of its own. */
const pnpm = () => {
  const own = process.env["npm_execpath"]
  return own?.includes("pnpm") === true
    ? Command.make(process.execPath, own, ...install)
    : Command.make("npx", "-y", "--prefer-offline", "pnpm@10.34.9", ...install)
}

/** Installs the peers as their lockfile says. Fails with what was printed. */
export const installPeers = Effect.scoped(
  Effect.gen(function* () {
    const child = yield* pnpm().pipe(Command.workingDirectory(peersFolder), Command.start)
    const said = yield* Stream.merge(child.stdout, child.stderr).pipe(Stream.decodeText(), Stream.mkString)
    if ((yield* child.exitCode) !== 0) {
      return yield* new BenchError({ message: `they could not be installed: ${said.slice(-1_000)}` })
    }
  })
).pipe(
  Effect.catchTags({
    BadArgument: (cause) => new BenchError({ message: `they could not be installed: ${cause}`, cause }),
    SystemError: (cause) => new BenchError({ message: `they could not be installed: ${cause}`, cause })
  }),
  Effect.timeoutFail({
    duration: "3 minutes",
    onTimeout: () => new BenchError({ message: "they were not installed within 3 minutes" })
  })
)

const isNewEnough = () => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
  return major > 22 || (major === 22 && minor >= 13)
}

/** A Node that is new enough for Mastra, if there is one: this one, or one that is installed with the peers. */
export const nodeForPeers = (): string | undefined => {
  const installed = `${peersFolder}/node_modules/node-${process.platform}-${process.arch}/bin/node`
  return [...(isNewEnough() ? [process.execPath] : []), ...(existsSync(installed) ? [installed] : [])][0]
}
