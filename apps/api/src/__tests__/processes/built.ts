import { execFile } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { Context, Effect, Layer } from "effect"
import * as BigOcean from "./big-ocean.ts"

const project = fileURLToPath(new URL("../../../", import.meta.url))
const execute = promisify(execFile)

/** A bundle of the tests' own, which starts in a fraction of the time of the sources; without the embedded database. */
export class Built extends Context.Tag("Built")<Built, { readonly program: ReadonlyArray<string> }>() {
  static readonly layer = Layer.scoped(
    this,
    Effect.gen(function* () {
      const out = join(yield* BigOcean.temporaryDirectory, "app")
      yield* Effect.promise(() => execute(process.execPath, ["build.mjs", out], { cwd: project }))
      return { program: [join(out, "main.js")] }
    })
  )
}
