import { assert } from "@effect/vitest"
import type { Identity } from "@workspace/contracts"
import { Config, Context, Effect, Layer, Struct } from "effect"
import { type Exchange, exchange, originOf, posting, type Reply } from "../../test-utils/exchange.ts"
import * as Log from "../../test-utils/log.ts"
import * as ServerInMemory from "../../test-utils/server-in-memory.ts"
import { bytesOf, talk, type Written } from "./wire.ts"

interface Served {
  readonly origin: string
  /** How many requests the platform was handed. */
  readonly atPlatform: () => number
  /** What was logged since this was last asked for, without what differs by time and chance. */
  readonly logged: () => ReadonlyArray<string>
}

type Lines = Context.Tag.Service<typeof Log.Log>

const told = ({ annotations, level, text }: Lines[number]) =>
  `${level} ${text.split("\n", 1)} ${JSON.stringify(Struct.omit(annotations, "requestId", "seconds"))} ${Object.keys(annotations).sort()}`

type Of = readonly [
  sessions: ReturnType<typeof ServerInMemory.layerSessions>,
  surroundings?: { readonly identity?: Layer.Layer<Identity> }
]

const serve = Effect.fnUntraced(function* (hotRoutes: boolean, ...[sessions, surroundings]: Of) {
  let handed = 0
  const server = ServerInMemory.layerServer(sessions, {
    ...surroundings,
    hotRoutes: Config.succeed(hotRoutes),
    onPlatform: Effect.sync(() => {
      handed += 1
    })
  })
  const context = yield* Layer.build(Layer.provideMerge(server, Log.layer))
  const lines = Context.get(context, Log.Log)
  const served: Served = {
    origin: yield* Effect.provide(originOf, context),
    atPlatform: () => handed,
    logged: () => lines.splice(0).map(told)
  }
  return served
})

/**
 * Two servers that know the same, make the same ids and have the same time: one that takes requests ahead of the platform, and
 * one that does not. What one is asked, the other is too.
 */
export class BothServers extends Context.Tag("BothServers")<
  BothServers,
  { readonly hot: Served; readonly platform: Served }
>() {
  static readonly layer = (...of: Of) =>
    // Each on a fiber of its own: the log of one is not that of the other.
    Layer.scoped(
      this,
      Effect.all({ hot: serve(true, ...of), platform: serve(false, ...of) }, { concurrency: 2 })
    )
}

/** Asks both servers. */
const askBoth = <A>(ask: (origin: string) => Effect.Effect<A>) =>
  Effect.flatMap(BothServers, ({ hot, platform }) =>
    Effect.all({ hot: ask(hot.origin), platform: ask(platform.origin) }, { concurrency: 2 })
  )

const ownId = /^x-request-id: [\w-]{21}$/

/** Headers without what differs by time and chance. Their order says nothing. */
const comparableHeaders = (lines: ReadonlyArray<string>) =>
  lines
    .filter((line) => !/^date: /i.test(line))
    .map((line) => line.replace(ownId, "x-request-id: (its own)"))
    .sort()

/** Answers without what differs by time and chance. */
const comparable = (said: string): string =>
  said
    .split("\r\n\r\n")
    .map((part) => {
      // What stands before a status line is the body of the answer before.
      const [first, ...headers] = part.split("\r\n")
      return [first, ...comparableHeaders(headers)].join("\r\n")
    })
    .join("\r\n\r\n")

/** What is logged on all levels but the lowest ones. */
const seen = (lines: ReadonlyArray<string>) => lines.filter((line) => !/^(?:DEBUG|TRACE) /.test(line))

/** What both servers say to these bytes, and log of it. */
const bothSay = Effect.fnUntraced(function* (...pieces: ReadonlyArray<Buffer>) {
  const { hot, platform } = yield* BothServers
  const said = yield* askBoth((origin) => talk(origin, ...pieces))
  return {
    hot: { said: comparable(said.hot), logged: seen(hot.logged()) },
    platform: { said: comparable(said.platform), logged: seen(platform.logged()) }
  }
})

/** What the request is called, and what the servers say otherwise to it; nothing if they agree. */
export const differenceAt = Effect.fnUntraced(function* (name: string, ...pieces: ReadonlyArray<Buffer>) {
  const { hot, platform } = yield* bothSay(...pieces)
  return JSON.stringify(hot) === JSON.stringify(platform) ? [] : [{ name, hot, platform }]
})

/** Both servers say the same, which is given. */
export const agreed = Effect.fnUntraced(function* (...requests: ReadonlyArray<Written>) {
  const { hot, platform } = yield* bothSay(Buffer.concat(requests.map(bytesOf)))
  assert.deepStrictEqual(hot, platform)
  return hot.said
})

/** What both servers answer to a request, which has to be the same. */
export const bothAnswer = (what: Exchange) =>
  Effect.map(
    askBoth((origin) => Effect.orDie(exchange(origin, what))),
    ({ hot, platform }): Reply => {
      assert.deepStrictEqual([hot.status, hot.text], [platform.status, platform.text])
      return hot
    }
  )

/** A new session of both servers. */
export const newSession = Effect.map(
  bothAnswer(posting("/api/assessment/start", {})),
  ({ text }) => /session_[\w-]+/.exec(text)?.[0] ?? ""
)
