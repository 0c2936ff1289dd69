import { connect } from "node:net"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask, originOf, posting } from "../../test-utils/exchange.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"

const chunk = Buffer.alloc(64 * 1024, "x")
const total = 100 * 1024 * 1024

interface Outcome {
  readonly answer: string
  /** How much of the body was handed over before the server closed the connection. */
  readonly sent: number
}

/** Sends 100 MiB as fast as they are taken, and goes on after the answer, as a client that does not listen. */
const flood = (origin: string, headers: ReadonlyArray<string>, frame: (data: Buffer) => Buffer) =>
  Effect.async<Outcome>((resume) => {
    const { hostname, port } = new URL(origin)
    const socket = connect(Number(port), hostname)
    let answer = ""
    let sent = 0
    const send = () => {
      while (sent < total) {
        sent += chunk.length
        if (!socket.write(frame(chunk))) return
      }
    }
    socket.setEncoding("latin1")
    socket.on("data", (data) => {
      answer += data
    })
    socket.on("drain", send)
    socket.once("connect", () => {
      const head = [
        "POST /api/assessment/start HTTP/1.1",
        `Host: ${hostname}`,
        "Content-Type: application/json"
      ]
      socket.write([...head, ...headers, "", ""].join("\r\n"))
      send()
    })
    // The server closes while we write.
    socket.on("error", () => undefined)
    socket.once("close", () => resume(Effect.succeed({ answer, sent })))
    return Effect.sync(() => socket.destroy())
  })

const plain = (data: Buffer) => data
const chunked = (data: Buffer) =>
  Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from("\r\n")])

it.layer(ServerInMemory.layer)("a body of 100 MiB", (it) => {
  it.effect.each([
    { name: "announced", headers: [`Content-Length: ${total}`], frame: plain },
    { name: "in chunks", headers: ["Transfer-Encoding: chunked"], frame: chunked }
  ])("$name is refused and cut off at once", ({ frame, headers }) =>
    Effect.gen(function* () {
      const { answer, sent } = yield* flood(yield* originOf, headers, frame)
      assert.match(answer, /^HTTP\/1\.1 413 /)
      assert.match(answer, /^connection: close\r$/im)
      assert.include(answer, '"code":"PAYLOAD_TOO_LARGE"')
      // What the kernel buffers of both ends hold, and no more.
      assert.isBelow(sent, total / 4)
    })
  )

  it.effect("is refused by what is announced, before any of it is sent", () =>
    Effect.gen(function* () {
      const { status, text } = yield* ask({
        ...posting("/api/assessment/start", ""),
        headers: { "content-type": "application/json", "content-length": String(total) }
      })
      assert.strictEqual(status, 413, text)
    })
  )

  it.effect("costs little memory, also when several come at once", () =>
    Effect.gen(function* () {
      const origin = yield* originOf
      const floods = Effect.forEach(
        [1, 2, 3, 4],
        () => flood(origin, ["Transfer-Encoding: chunked"], chunked),
        {
          concurrency: "unbounded"
        }
      )
      const before = process.memoryUsage().rss
      const outcomes = yield* floods
      assert.isTrue(outcomes.every(({ sent }) => sent < total / 4))
      assert.isBelow(process.memoryUsage().rss - before, total)
    })
  )
})
