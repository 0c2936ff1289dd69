import { connect as connectTo, createServer, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { SessionId, SessionSignals } from "@workspace/domain"
import { describeSessionSignals, soon } from "@workspace/domain/test-utils"
import { sql } from "drizzle-orm"
import { Context, Duration, Effect, Fiber, Layer, Option, Redacted } from "effect"
import { inject } from "vitest"
import { Database } from "../client.ts"
import { layerMigrated } from "../migrate.ts"
import * as ReplyRepositoryPg from "../repositories/reply-repository.ts"
import { signalChannel } from "../repositories/reply-statements.ts"
import * as ScoringRepositoryPg from "../repositories/scoring-repository.ts"
import * as SessionRepositoryPg from "../repositories/session-repository.ts"
import * as SessionSignalsPg from "../repositories/session-signals.ts"
import { layerServer } from "../server.ts"
import { freshDatabase } from "../test-utils/databases.ts"
import { layerEmbeddedInMemory, layerPostgres } from "../test-utils/layers.ts"
import { eventually, recordLogs } from "./observe.ts"
import { silentServer } from "./silent-server.ts"

const layer = Layer.mergeAll(
  ReplyRepositoryPg.layer,
  ScoringRepositoryPg.layer,
  SessionRepositoryPg.layer,
  SessionSignalsPg.layer
)
const options = { timeout: "60 seconds" } as const

describeSessionSignals(
  "SessionSignalsPg on the embedded database",
  layer.pipe(Layer.provide(layerEmbeddedInMemory)),
  options
)

describeSessionSignals(
  "SessionSignalsPg on a PostgreSQL server",
  layer.pipe(Layer.provide(layerPostgres)),
  options
)

const database = Effect.suspend(() => freshDatabase(inject("postgresUrl"))).pipe(
  Effect.tap((url) => Layer.build(Layer.provide(layerMigrated, layerServer({ url: Redacted.make(url) }))))
)

/** What another process would have: everything over connections of its own. */
const connect = (url: string) =>
  Layer.build(Layer.provideMerge(layer, layerServer({ url: Redacted.make(url), maxConnections: 3 })))

const listenersOf = ({ client, query }: Context.Tag.Service<Database>) =>
  query(() =>
    client.$count(
      sql`pg_stat_activity`,
      sql`application_name = 'big-ocean-listen' and datname = current_database()`
    )
  )

const sessionId = SessionId.make("session_0_signals")

const tell = ({ client, query }: Context.Tag.Service<Database>, payload: string) =>
  query(() => client.execute(sql`select pg_notify(${signalChannel}, ${payload})`))

const isReceiving = (other: Context.Tag.Service<Database>) =>
  eventually(Effect.map(listenersOf(other), (count) => count === 1))

/** A way to the server that can be cut without a word: both ends stay open, and nothing passes. */
const way = (url: string) =>
  Effect.acquireRelease(
    Effect.async<{ readonly url: string; readonly cut: () => void; readonly close: () => void }>((resume) => {
      const sockets = new Set<Socket>()
      const server = createServer((here) => {
        const { hostname, port } = new URL(url)
        const there = connectTo(Number(port), hostname)
        for (const socket of [here, there]) {
          sockets.add(socket)
          socket.on("error", () => undefined)
        }
        here.pipe(there)
        there.pipe(here)
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const through = new URL(url)
        through.port = String(typeof address === "object" && address !== null ? address.port : 0)
        through.hostname = "127.0.0.1"
        resume(
          Effect.succeed({
            url: through.href,
            cut: () => {
              for (const socket of sockets) socket.unpipe().pause()
            },
            close: () => {
              for (const socket of sockets) socket.destroy()
              server.close()
            }
          })
        )
      })
    }),
    ({ close }) => Effect.sync(close)
  )

describe("signals of other processes", () => {
  it.scopedLive("come again after the connection was lost, and are not missed for long meanwhile", () =>
    Effect.gen(function* () {
      const url = yield* database
      const logs = recordLogs()
      const other = Context.get(yield* connect(url), Database)
      const here = yield* Effect.provide(connect(url), logs.layer)
      const wait = yield* Effect.provide(Context.get(here, SessionSignals).listen(sessionId), logs.layer)
      yield* isReceiving(other)
      for (const round of [1, 2, 3]) {
        const terminated = yield* other.query(() =>
          other.client.execute(sql`
            select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'big-ocean-listen' and datname = current_database()`)
        )
        assert.isDefined(terminated)
        // It is told that it may have missed something.
        yield* soon(wait)
        yield* tell(other, sessionId)
        yield* soon(wait)
        yield* isReceiving(other)
        assert.isAtMost(logs.lines.length, round)
      }
      assert.isAtLeast(logs.lines.length, 1)
      for (const line of logs.lines) assert.include(line, "Signals of other processes are not received")
      // Once it receives again, it does not look again and again.
      const rest = Effect.timeoutOption(wait, "1 second")
      yield* Effect.repeat(rest, { until: Option.isNone })
      const waiting = yield* Effect.fork(soon(wait))
      yield* tell(other, "session_0_another")
      yield* tell(other, sessionId)
      yield* Fiber.join(waiting)
    })
  )

  // It takes some eight seconds: so seldom is the connection asked whether it lives, and so long may it take to answer.
  it.scopedLive("come again when the connection died without a word", () =>
    Effect.gen(function* () {
      const direct = yield* database
      const { cut, url } = yield* way(direct)
      const other = Context.get(yield* connect(direct), Database)
      const logs = recordLogs()
      const here = yield* connect(url)
      const wait = yield* Effect.provide(Context.get(here, SessionSignals).listen(sessionId), logs.layer)
      yield* isReceiving(other)
      yield* wait
      cut()
      const lost = '[["Signals of other processes are not received"],[["reason","timeout expired"]]]'
      yield* Effect.repeat(wait, { until: () => logs.lines.includes(lost) })
      // The server still believes in the dead one, beside the one that took its place.
      yield* eventually(Effect.map(listenersOf(other), (count) => count === 2))
      yield* Effect.repeat(Effect.timeoutOption(wait, "1 second"), { until: Option.isNone })
      yield* tell(other, sessionId)
      yield* soon(wait)
    })
  )

  it.scopedLive("are looked for as long as the server cannot be reached any more", () =>
    Effect.gen(function* () {
      const direct = yield* database
      const { close, url } = yield* way(direct)
      const other = Context.get(yield* connect(direct), Database)
      const logs = recordLogs()
      const here = yield* connect(url)
      const wait = yield* Effect.provide(Context.get(here, SessionSignals).listen(sessionId), logs.layer)
      yield* isReceiving(other)
      yield* Effect.repeat(Effect.timeoutOption(wait, "1 second"), { until: Option.isNone })
      close()
      // Eight waits for signals take at least 32 seconds.
      const [elapsed] = yield* Effect.timed(Effect.replicateEffect(wait, 8))
      assert.isBelow(Duration.toMillis(elapsed), 20_000)
      assert.lengthOf(logs.lines, 1)
    })
  )

  it.scopedLive("are not asked for before anybody listens, and the connection ends with the process", () =>
    Effect.gen(function* () {
      const url = yield* database
      const other = Context.get(yield* connect(url), Database)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const signals = Context.get(yield* connect(url), SessionSignals)
          yield* Effect.sleep("100 millis")
          assert.strictEqual(yield* listenersOf(other), 0)
          yield* Effect.replicateEffect(signals.listen(sessionId), 20, { concurrency: "unbounded" })
          yield* isReceiving(other)
        })
      )
      yield* eventually(Effect.map(listenersOf(other), (count) => count === 0))
    })
  )

  it.scopedLive("are looked for while the server is away, and that holds up no stop", () =>
    Effect.gen(function* () {
      const { port } = yield* silentServer
      for (const url of [
        "postgres://user:secret@127.0.0.1:1/nowhere",
        `postgres://u:s@127.0.0.1:${port}/nowhere`
      ]) {
        const [elapsed] = yield* connect(url).pipe(
          Effect.flatMap((here) => Context.get(here, SessionSignals).listen(sessionId)),
          Effect.flatMap((wait) => Effect.replicateEffect(wait, 8)),
          Effect.scoped,
          Effect.timed
        )
        assert.isBelow(Duration.toMillis(elapsed), 25_000)
      }
    })
  )
})
