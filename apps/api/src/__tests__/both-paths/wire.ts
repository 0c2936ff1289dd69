import { connect, type Socket } from "node:net"
import { Effect } from "effect"
import type { Exchange } from "../../test-utils/exchange.ts"

type Header = readonly [name: string, value: string]

/** A request as it is written. Everything can be said twice, and nothing is said that is not said here but the length of the body. */
export interface Written {
  readonly method: string
  /** What stands between the method and the version. */
  readonly target: string
  readonly version: string
  readonly headers: ReadonlyArray<Header>
  readonly body: Buffer | undefined
}

/** An exchange as a plain client writes it, on a connection of its own. */
export const written = ({ body, headers = {}, method = "GET", path }: Exchange): Written => ({
  method,
  target: path,
  version: "1.1",
  headers: [["host", "127.0.0.1"], ["connection", "close"], ...Object.entries(headers)],
  body: body === undefined ? undefined : Buffer.from(body)
})

export const withHeaders = (request: Written, ...headers: ReadonlyArray<Header>): Written => ({
  ...request,
  headers: [...request.headers, ...headers]
})

export const without = (request: Written, ...names: ReadonlyArray<string>): Written => ({
  ...request,
  headers: request.headers.filter(([name]) => !names.includes(name))
})

/** Instead of what was said under these names before. */
export const saying = (request: Written, ...headers: ReadonlyArray<Header>): Written =>
  withHeaders(without(request, ...headers.map(([name]) => name)), ...headers)

const chunk = (piece: Buffer) =>
  Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")])

/** A body in two chunks. */
const chunked = (body: Buffer) => {
  const middle = Math.ceil(body.length / 2)
  const pieces = [body.subarray(0, middle), body.subarray(middle)].filter(({ length }) => length > 0)
  return Buffer.concat([...pieces, Buffer.alloc(0)].map(chunk))
}

export const bytesOf = (request: Written): Buffer => {
  const { body, headers, method, target, version } = request
  const says = (name: string) => headers.some(([said]) => said === name)
  const isChunked = says("transfer-encoding")
  const length: ReadonlyArray<Header> =
    body === undefined || isChunked || says("content-length") ? [] : [["content-length", String(body.length)]]
  const head = [
    `${method} ${target} HTTP/${version}`,
    ...[...headers, ...length].map(([name, value]) => `${name}: ${value}`),
    "",
    ""
  ].join("\r\n")
  const sent = body ?? Buffer.alloc(0)
  return Buffer.concat([Buffer.from(head, "latin1"), isChunked ? chunked(sent) : sent])
}

/** All that a server says to these pieces, which come one after the other, until it closes the connection. */
export const talk = (
  origin: string,
  ...[first = Buffer.alloc(0), ...others]: ReadonlyArray<Buffer>
): Effect.Effect<string> =>
  Effect.async((resume) => {
    const { hostname, port } = new URL(origin)
    let said = ""
    const socket = connect(Number(port), hostname)
    const end = (how: string) => {
      clearInterval(timer)
      socket.destroy()
      resume(Effect.succeed(said + how))
    }
    socket
      .setNoDelay(true)
      .setEncoding("latin1")
      .on("data", (piece) => {
        said += piece
      })
      .once("error", () => end(""))
      .once("close", () => end(""))
      .setTimeout(20_000, () => end("\n(and the connection stays open)"))
    socket.write(first)
    const timer = setInterval(() => {
      const piece = others.shift()
      if (piece === undefined) clearInterval(timer)
      else socket.write(piece)
    }, 10)
    return Effect.sync(() => {
      clearInterval(timer)
      socket.destroy()
    })
  })

/** Sends these bytes, waits, and closes the connection; whatever is said is not heard. */
export const leave = <E>(origin: string, bytes: Buffer, wait: Effect.Effect<unknown, E> = Effect.void) =>
  Effect.acquireUseRelease(
    Effect.async<Socket>((resume) => {
      const { hostname, port } = new URL(origin)
      const socket = connect(Number(port), hostname).on("error", () => undefined)
      socket.write(bytes, () => resume(Effect.succeed(socket)))
    }),
    () => wait,
    (socket) => Effect.sync(() => socket.destroy())
  )
