import { type ClientRequest, request } from "node:http"
import { FileSystem } from "@effect/platform"
import { SystemError } from "@effect/platform/Error"
import { NodeContext } from "@effect/platform-node"
import { assert, layer as itWithLayer } from "@effect/vitest"
import { exampleFile } from "@workspace/contracts"
import { AgentScripted } from "@workspace/domain/test-utils"
import { Array, Context, Effect, Layer, Ref } from "effect"
import { until } from "../../test-utils/event-stream.ts"
import { originOf } from "../../test-utils/exchange.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { newCaller } from "../../test-utils/session-caller.ts"
import { Uploads } from "../../uploads.ts"

const line = `${JSON.stringify(exampleFile)}\n`

/** Where the files of this test are received, and how many are open. */
class Spool extends Context.Tag("Spool")<
  Spool,
  { readonly directory: string; readonly open: Ref.Ref<number> }
>() {}

const layerSpool = Layer.scoped(
  Spool,
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    return {
      directory: yield* files.makeTempDirectoryScoped({ prefix: "big-ocean-api-" }),
      open: yield* Ref.make(0)
    }
  })
).pipe(Layer.orDie, Layer.provide(NodeContext.layer))

/** Uploads to a file system that is a bit different. */
const uploadsWith = (change: (files: FileSystem.FileSystem) => Partial<FileSystem.FileSystem>) =>
  Uploads.layer.pipe(
    Layer.provide(
      Layer.effect(
        FileSystem.FileSystem,
        Effect.map(FileSystem.FileSystem, (files) => ({ ...files, ...change(files) }))
      )
    )
  )

/** The names of what is being received, of which none has one. */
const spooled = Effect.flatMap(Effect.all([FileSystem.FileSystem, Spool]), ([files, { directory }]) =>
  Effect.orDie(files.readDirectory(directory))
)

/** Waits until so many files are being received. */
const receiving = (count: number) =>
  Effect.flatMap(Spool, ({ open }) =>
    Effect.repeat(Effect.zipLeft(Ref.get(open), Effect.sleep(10)), { until: (found) => found === count })
  )

const server = Layer.unwrapEffect(
  Effect.map(Spool, ({ directory, open }) =>
    ServerInMemory.layerServer(ServerInMemory.layerSessions(AgentScripted.says("Thank you.")), {
      uploads: uploadsWith((files) => ({
        makeTempDirectoryScoped: (options) => files.makeTempDirectoryScoped({ ...options, directory }),
        open: (...file) =>
          Effect.tap(files.open(...file), () =>
            Effect.acquireRelease(
              Ref.update(open, (count) => count + 1),
              () => Ref.update(open, (count) => count - 1)
            )
          )
      }))
    })
  )
).pipe(Layer.provideMerge(layerSpool))

const beginning = (origin: string, userId: string) =>
  Effect.acquireRelease(
    Effect.sync((): ClientRequest => {
      const { hostname, port } = new URL(origin)
      const sent = request({
        host: hostname,
        port,
        method: "POST",
        path: "/api/sessions/import",
        headers: { "content-type": "application/x-ndjson", "x-user-id": userId },
        agent: false
      })
      sent.on("error", () => undefined)
      sent.write(line)
      return sent
    }),
    (sent) => Effect.sync(() => sent.destroy())
  )

itWithLayer(server, { excludeTestServices: true })("an upload", (it) => {
  it.scoped("leaves nothing behind, whether it comes to its end or its sender goes away", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      yield* alice.import(line, "?dryRun=true")
      yield* receiving(0)
      const sent = yield* beginning(yield* originOf, alice.userId)
      yield* receiving(1)
      sent.destroy()
      yield* receiving(0)
      assert.strictEqual((yield* alice.get(`/${exampleFile.id}`)).status, 404)
    })
  )

  it.scoped("has no name that a killed process could leave", () =>
    Effect.gen(function* () {
      const { userId } = yield* newCaller
      const sent = yield* beginning(yield* originOf, userId)
      yield* receiving(1)
      yield* Effect.repeat(spooled, { until: (names) => names.length === 0 }).pipe(
        Effect.timeoutFail({ duration: "5 seconds", onTimeout: () => "it has a name" as const })
      )
      sent.destroy()
      yield* receiving(0)
    })
  )

  it.scoped("is refused when its sender has four on their way, and others are not", () =>
    Effect.gen(function* () {
      const [alice, bob] = [yield* newCaller, yield* newCaller]
      const origin = yield* originOf
      const others = yield* Effect.replicateEffect(beginning(origin, alice.userId), 4)
      yield* receiving(4)
      const { body, status } = yield* alice.import(line, "?dryRun=true")
      assert.strictEqual(status, 503)
      assert.propertyVal(body, "_tag", "ImportsBusyError")
      assert.strictEqual((yield* bob.import(line, "?dryRun=true")).status, 200)
      others[0]?.destroy()
      assert.strictEqual((yield* alice.import(line, "?dryRun=true")).status, 200)
      for (const other of others) other.destroy()
      yield* receiving(0)
    })
  )

  it.scoped("is refused when so many are on their way already, and taken when one of them has ended", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const origin = yield* originOf
      const others = yield* Effect.forEach(Array.range(0, 15), (n) =>
        beginning(origin, `${alice.userId}-${n % 4}`)
      )
      yield* receiving(16)
      const { body, headers, status } = yield* alice.import(line, "?dryRun=true")
      assert.strictEqual(status, 503)
      assert.propertyVal(body, "_tag", "ImportsBusyError")
      assert.strictEqual(headers["retry-after"], "1")
      others[15]?.destroy()
      assert.strictEqual((yield* alice.import(line, "?dryRun=true")).status, 200)
      for (const other of others) other.destroy()
      yield* receiving(0)
    })
  )

  it.scoped("of more than its limit is cut off where the limit is", () =>
    Effect.gen(function* () {
      const { hostname, port } = new URL(yield* originOf)
      const chunk = Buffer.alloc(1024 * 1024, " ")
      let [written, status] = [0, 0]
      const sent = request({
        host: hostname,
        port,
        method: "POST",
        path: "/api/sessions/import",
        headers: { "content-type": "application/json", "x-user-id": "alice" },
        agent: false
      })
      sent.on("error", () => undefined)
      sent.on("response", (response) => {
        status = response.statusCode ?? 0
        response.resume()
      })
      const send = () => {
        while (written < 400 && status === 0) {
          written += 1
          if (!sent.write(chunk)) return
        }
      }
      sent.on("drain", send)
      send()
      yield* until(() => status !== 0)
      sent.destroy()
      assert.strictEqual(status, 413)
      assert.isBelow(written, 400)
    })
  )
})

const full = ServerInMemory.layerServer(ServerInMemory.layerSessions(AgentScripted.says("Thank you.")), {
  uploads: uploadsWith(() => ({
    makeTempDirectoryScoped: () =>
      new SystemError({
        module: "FileSystem",
        method: "makeTempDirectoryScoped",
        reason: "Unknown",
        description: "ENOSPC: no space left on device"
      })
  }))
})

itWithLayer(full, { excludeTestServices: true })("an upload to a full disk", (it) => {
  it.effect("is refused as one that can come later", () =>
    Effect.gen(function* () {
      const alice = yield* newCaller
      const { body, status } = yield* alice.import(line)
      assert.strictEqual(status, 503)
      assert.propertyVal(body, "_tag", "ArchiveUnavailableError")
    })
  )
})
