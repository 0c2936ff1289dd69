import { type ChildProcess, spawn } from "node:child_process"
import { Effect, Schema } from "effect"
import { BenchError } from "./bench-error.ts"

const Reply = Schema.Union(
  Schema.Struct({ ok: Schema.Literal(false), message: Schema.String }),
  Schema.Struct({ ok: Schema.Literal(true) })
)

const giveUp = "1 minute"

const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null

/** What the child says next, after it is told something. */
const next = (name: string, child: ChildProcess, trouble: () => string, order?: object) =>
  Effect.async<unknown, BenchError>((resume) => {
    const settle = (effect: Effect.Effect<unknown, BenchError>) => {
      leave()
      resume(effect)
    }
    const fail = (what: string) => settle(new BenchError({ message: `${name} ${what}\n${trouble()}` }))
    const onMessage = (message: unknown) => settle(Effect.succeed(message))
    const onExit = () => fail("ended")
    const onError = (error: Error) => fail(error.message)
    const leave = () => child.off("message", onMessage).off("exit", onExit).off("error", onError)
    child.once("message", onMessage).once("exit", onExit).once("error", onError)
    if (!isRunning(child)) fail("is not running")
    else if (order !== undefined) child.send(order)
    return Effect.sync(leave)
  }).pipe(
    Effect.timeoutFail({
      duration: giveUp,
      onTimeout: () => new BenchError({ message: `${name} did not answer within ${giveUp}` })
    })
  )

const end = (child: ChildProcess) =>
  Effect.async<void>((resume) => {
    if (!isRunning(child)) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
  })

/** A process of Node that does one thing after the other as it is told, and keeps nothing that must be saved. */
export const startWorker = Effect.fnUntraced(function* (
  name: string,
  command: { readonly node: string; readonly args: ReadonlyArray<string>; readonly cwd: string }
) {
  let said = ""
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(command.node, command.args, { cwd: command.cwd, stdio: ["ignore", "ignore", "pipe", "ipc"] })
    ),
    end
  )
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(-2_000)
  })
  const ask = Effect.fnUntraced(
    function* <A, I>(answer: Schema.Schema<A, I>, order?: object) {
      const message = yield* next(name, child, () => said, order)
      const reply = yield* Schema.decodeUnknown(Reply)(message)
      return reply.ok
        ? yield* Schema.decodeUnknown(answer)(message)
        : yield* new BenchError({ message: reply.message })
    },
    Effect.catchTag("ParseError", (cause) => new BenchError({ message: `${name}: ${cause.message}`, cause }))
  )
  yield* ask(Schema.Struct({}))
  return { ask }
})
