import { Schema } from "effect"
import { JsonObject } from "./json.ts"
import { Session } from "./session.ts"
import { storableText } from "./text.ts"
import { Timestamp } from "./timestamp.ts"

/** A caller's own id of a conversation. At most 255 bytes. */
export const ThreadId = storableText(255).pipe(
  Schema.annotations({
    description: "Your own id of the conversation, at most 255 bytes",
    examples: ["thread-7f3a"]
  }),
  Schema.brand("ThreadId")
)
export type ThreadId = typeof ThreadId.Type

/** A caller's own id of what its threads belong to: a person, a document, a tenant. At most 255 bytes. */
export const ResourceId = storableText(255).pipe(
  Schema.annotations({
    description: "Your own id of what the conversation belongs to: a person, a document; at most 255 bytes",
    examples: ["customer-42"]
  }),
  Schema.brand("ResourceId")
)
export type ResourceId = typeof ResourceId.Type

/** What callers with ids of their own call a session. */
export const ThreadKey = Schema.Struct({ threadId: ThreadId, resourceId: ResourceId })
export type ThreadKey = typeof ThreadKey.Type

/** A session under a caller's own ids. */
export class Thread extends Schema.Class<Thread>("Thread")(
  {
    ...ThreadKey.fields,
    sessionId: Session.fields.id,
    metadata: JsonObject,
    createdAt: Timestamp,
    /** When it was last talked in by this name, or its metadata changed. */
    updatedAt: Timestamp
  },
  { description: "A session under your own ids" }
) {}

/** A thread with what a list shows of its session. */
export class ThreadOverview extends Schema.Class<ThreadOverview>("ThreadOverview")(
  {
    ...Thread.fields,
    title: Session.fields.title,
    status: Session.fields.status,
    agent: Session.fields.agent,
    messageCount: Session.fields.messageCount
  },
  { description: "A session under your own ids, without its messages" }
) {
  static of(thread: Thread, { agent, messageCount, status, title }: Session): ThreadOverview {
    return new ThreadOverview({ ...thread, title, status, agent, messageCount })
  }
}

/** One page of a resource's threads, last used first. */
export class ThreadList extends Schema.Class<ThreadList>("ThreadList")(
  {
    sessions: Schema.Array(ThreadOverview),
    count: Schema.Number.pipe(
      Schema.int(),
      Schema.nonNegative({ description: "How many threads the resource has in all", examples: [1] })
    )
  },
  { description: "One page of your threads of a resource" }
) {}
