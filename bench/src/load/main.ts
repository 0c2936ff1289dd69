import { Schema } from "effect"
import { Client } from "undici"
import { type Exchange, Load, type Loaded } from "./exchange.ts"

// Makes the requests, in a process of its own: one load after the other, as it is told over the IPC channel.

const giveUpMillis = 60_000

/** Milliseconds to the last byte of the answer, which is counted and not kept; or what is wrong with it. */
const exchange = (client: Client, { body, bytes, headers, method, path, status }: Exchange) =>
  new Promise<number | string>((resolve) => {
    const begun = performance.now()
    let received = 0
    let answered = 0
    const content = body === undefined ? {} : { "content-type": "application/json" }
    client.dispatch(
      { method, path, body: body ?? null, headers: { ...content, ...headers } },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_, statusCode) => {
          answered = statusCode
        },
        onResponseData: (_, chunk) => {
          received += chunk.length
        },
        onResponseEnd: () => {
          if (answered !== status) resolve(`status ${answered}`)
          else if (bytes !== undefined && received !== bytes) resolve(`${received} bytes instead of ${bytes}`)
          else resolve(performance.now() - begun)
        },
        onResponseError: (_, error) => resolve(error.message)
      }
    )
  })

const run = async ({ connections, exchanges, millis, port }: Load): Promise<Loaded> => {
  const clients = Array.from(
    { length: connections },
    () => new Client(`http://127.0.0.1:${port}`, { headersTimeout: giveUpMillis, bodyTimeout: giveUpMillis })
  )
  const latencies: Array<number> = []
  const failures: Array<string> = []
  let turn = 0
  const begun = performance.now()
  const isOver = () => (millis === undefined ? turn >= exchanges.length : performance.now() - begun >= millis)
  const work = async (client: Client) => {
    while (!isOver()) {
      const one = exchanges[turn % exchanges.length]
      turn += 1
      if (one === undefined) return
      const result = await exchange(client, one)
      if (typeof result === "number") latencies.push(result)
      else failures.push(`${one.method} ${one.path}: ${result}`)
    }
  }
  await Promise.all(clients.map(work))
  const elapsedMillis = performance.now() - begun
  await Promise.all(clients.map((client) => client.close()))
  const [firstFailure] = failures
  return {
    count: latencies.length,
    failures: failures.length,
    ...(firstFailure === undefined ? {} : { firstFailure }),
    elapsedMillis,
    latencies
  }
}

const tell = (message: object) => process.send?.(message)

process.on("message", (order) => {
  Schema.decodeUnknownPromise(Load)(order)
    .then(run)
    .then((loaded) => tell({ ok: true, ...loaded }))
    .catch((error: unknown) => tell({ ok: false, message: `${error}` }))
})
// Whoever tells it what to do is gone.
process.once("disconnect", () => process.exit(0))
tell({ ok: true })
