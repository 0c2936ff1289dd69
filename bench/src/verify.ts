import { isDeepStrictEqual } from "node:util"
import { Effect } from "effect"
import { BenchError } from "./bench-error.ts"
import type { Exchange } from "./load/exchange.ts"
import type { Server } from "./servers.ts"

/** A server's answer to one exchange; a status that is not the expected one is a failure. */
export const ask = (
  { name, port }: Pick<Server, "name" | "port">,
  { body, headers = {}, method, path, status }: Exchange
) =>
  Effect.tryPromise({
    try: async (signal) => {
      const content = body === undefined ? {} : { "content-type": "application/json" }
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        signal,
        method,
        headers: { ...content, ...headers },
        body: body ?? null
      })
      const text = await answer.text()
      if (answer.status !== status) throw new Error(`status ${answer.status}: ${text.slice(0, 300)}`)
      return { text, tag: answer.headers.get("etag") ?? "" }
    },
    catch: (cause) => new BenchError({ message: `${name}, ${method} ${path}: ${cause}`, cause })
  })

/** What two servers answer to the same question, when that is the same: as long, and the same JSON under the same tag. */
export const same = Effect.fnUntraced(function* (
  [one, other]: readonly [Server, Server],
  question: Exchange
) {
  const expected = yield* ask(one, question)
  const found = yield* ask(other, question)
  const value: unknown = JSON.parse(expected.text)
  const isSame =
    expected.tag === found.tag &&
    expected.text.length === found.text.length &&
    isDeepStrictEqual(JSON.parse(found.text), value)
  if (!isSame) {
    return yield* new BenchError({
      message: `${question.path} is answered otherwise:\n${one.name} ${expected.tag} ${expected.text.slice(0, 600)}\n${other.name} ${found.tag} ${found.text.slice(0, 600)}`
    })
  }
  return { tag: expected.tag, bytes: Buffer.byteLength(expected.text) }
})

/** That question with what makes the answer right. */
export const expecting = (question: Exchange, { bytes }: { readonly bytes: number }): Exchange => ({
  ...question,
  bytes
})
