import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { type AddressInfo, connect, type Socket } from "node:net"
import { assert, it } from "@effect/vitest"
import { Effect, TestClock, TestServices } from "effect"
import * as BodyDeadlines from "../body-deadlines.ts"
import { until } from "../test-utils/event-stream.ts"

/** A server that reads what it is sent, and answers at its end: its port, and the sockets of what it was asked. */
const serve = Effect.gen(function* () {
  const sockets: Array<Socket> = []
  const server = createServer((asked: IncomingMessage, answer: ServerResponse) => {
    sockets.push(asked.socket)
    asked.resume().once("end", () => answer.end("ok"))
    asked.on("error", () => undefined)
  })
  yield* BodyDeadlines.watch(server)
  const port = yield* Effect.acquireRelease(
    Effect.async<number>((resume) => {
      server.listen(0, "127.0.0.1", () => {
        const address: AddressInfo | string | null = server.address()
        if (address !== null && typeof address === "object") resume(Effect.succeed(address.port))
      })
    }),
    () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )
  return { port, sockets }
})

const eventually = (condition: () => boolean) => TestServices.provideLive(until(condition))

/** Sends a byte of a body a second, for so many seconds, and says whether the connection was cut. */
const sendSlowly = Effect.fnUntraced(function* (
  { port, sockets }: Effect.Effect.Success<typeof serve>,
  path: string,
  { seconds, drips }: { readonly seconds: number; readonly drips: boolean }
) {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined)
  socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n`)
  yield* eventually(() => sockets.length === 1)
  const isCut = () => sockets.every(({ destroyed }) => destroyed)
  const [begun = 0] = sockets.map(({ bytesRead }) => bytesRead)
  for (let second = 1; second <= seconds && !isCut(); second++) {
    if (drips) {
      socket.write("x")
      yield* eventually(() => sockets.every(({ bytesRead }) => bytesRead === begun + second))
    }
    yield* TestClock.adjust("1 second")
  }
  socket.destroy()
  return isCut()
})

const file = "/api/sessions/import?dryRun=true"

it.scoped.each([
  ["a body that drips for too long", "/api/sessions", { seconds: 20, drips: true }, true],
  ["a body that does not come", "/api/sessions", { seconds: 20, drips: false }, true],
  ["a body that has time left", "/api/sessions", { seconds: 12, drips: true }, false],
  ["a file that drips", file, { seconds: 60, drips: true }, false],
  ["a file that has stopped", file, { seconds: 20, drips: false }, true]
] as const)("of %s the connection is cut or not", ([, path, how, expected]) =>
  Effect.gen(function* () {
    assert.strictEqual(yield* sendSlowly(yield* serve, path, how), expected)
  })
)

it.scoped("on a connection that is kept each body has a time of its own", () =>
  Effect.gen(function* () {
    const { port, sockets } = yield* serve
    let answers = 0
    const socket = connect(port, "127.0.0.1")
      .on("error", () => undefined)
      .on("data", (data) => {
        answers += data.toString().split("HTTP/1.1 200").length - 1
      })
    const ask = Effect.fnUntraced(function* (body: string) {
      const before = answers
      socket.write(`POST /api/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n${body}`)
      yield* eventually(() => sockets.length === before + 1)
      if (body.length === 4) yield* eventually(() => answers === before + 1)
    })
    // What has come is not waited for, nor is what comes later on the same connection.
    for (const body of ["1234", "5678"]) {
      yield* ask(body)
      yield* TestClock.adjust("20 seconds")
    }
    yield* ask("90")
    yield* TestClock.adjust("12 seconds")
    assert.isFalse(sockets.some(({ destroyed }) => destroyed))
    yield* TestClock.adjust("8 seconds")
    assert.isTrue(sockets.every(({ destroyed }) => destroyed))
    socket.destroy()
  })
)
