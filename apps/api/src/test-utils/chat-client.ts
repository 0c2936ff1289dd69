import { AbstractChat, type ChatState, type ChatStatus, DefaultChatTransport, type UIMessage } from "ai"
import { Effect } from "effect"

/** What a page would show. */
class State implements ChatState<UIMessage> {
  status: ChatStatus = "ready"
  error: Error | undefined = undefined
  messages: Array<UIMessage> = []
  pushMessage = (message: UIMessage) => {
    this.messages = [...this.messages, message]
  }
  popMessage = () => {
    this.messages = this.messages.slice(0, -1)
  }
  replaceMessage = (index: number, message: UIMessage) => {
    this.messages = this.messages.with(index, message)
  }
  snapshot = <T>(thing: T): T => structuredClone(thing)
}

interface Options {
  readonly origin: string
  /** The session, as `useChat` names it. */
  readonly id: string
  readonly headers?: Record<string, string>
  /** What each request says besides. */
  readonly body?: object
}

/** The chat of the AI SDK without a page, over its own transport. */
class PlainChat extends AbstractChat<UIMessage> {
  readonly seen: Array<{ readonly type: string; readonly data: unknown }>

  constructor({ body = {}, headers = {}, id, origin }: Options) {
    const seen: PlainChat["seen"] = []
    super({
      id,
      state: new State(),
      transport: new DefaultChatTransport({ api: `${origin}/api/chat`, headers, body }),
      onData: (part) => seen.push(part)
    })
    this.seen = seen
  }
}

const textOf = (message: UIMessage | undefined): string =>
  (message?.parts ?? []).map((part) => (part.type === "text" ? part.text : "")).join("")

/** A chat as a page has it; its steps return when the stream that they read is at its end. */
export const makeChat = (options: Options) =>
  Effect.sync(() => {
    const chat = new PlainChat(options)
    return {
      send: (text: string) => Effect.promise(() => chat.sendMessage({ text })),
      regenerate: Effect.promise(() => chat.regenerate()),
      resume: Effect.promise(() => chat.resumeStream()),
      /** What closing the page is to the server. */
      leave: Effect.promise(() => chat.stop()),
      status: () => chat.status,
      error: () => chat.error,
      messages: () => chat.messages,
      seen: () => chat.seen,
      /** The text of the last reply, as far as it is shown. */
      shown: () => textOf(chat.messages.findLast(({ role }) => role === "assistant"))
    }
  })
