import { Context, DateTime, Effect, Layer } from "effect"
import type { UnauthorizedError } from "../errors/identity.ts"
import type { ThreadNotFoundError } from "../errors/thread.ts"
import { ThreadRepository, type ThreadSession } from "../ports/thread-repository.ts"
import type { Caller } from "../types/caller.ts"
import { type ResourceId, type Thread, type ThreadKey, ThreadList, ThreadOverview } from "../types/thread.ts"
import { identified } from "./identified.ts"

const overview = ({ session, thread }: ThreadSession): ThreadOverview => ThreadOverview.of(thread, session)

/** Sessions by the ids that their owner calls them by. Each of its calls needs a user, or a trusted caller. */
export class ThreadCatalog extends Context.Tag("@workspace/domain/ThreadCatalog")<
  ThreadCatalog,
  {
    readonly get: (
      caller: Caller,
      key: ThreadKey
    ) => Effect.Effect<ThreadOverview, ThreadNotFoundError | UnauthorizedError>

    /** The threads of a resource, last used first. */
    readonly list: (
      caller: Caller,
      resourceId: ResourceId,
      range: { readonly limit: number; readonly offset: number }
    ) => Effect.Effect<ThreadList, UnauthorizedError>

    /** Replaces the metadata of the thread; its session has its own. */
    readonly setMetadata: (
      caller: Caller,
      key: ThreadKey,
      metadata: Thread["metadata"]
    ) => Effect.Effect<ThreadOverview, ThreadNotFoundError | UnauthorizedError>

    /** Forgets the name. Its session stays as it is. */
    readonly remove: (
      caller: Caller,
      key: ThreadKey
    ) => Effect.Effect<void, ThreadNotFoundError | UnauthorizedError>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.map(ThreadRepository, (repository) => {
      const named = <A, E>(
        caller: Caller,
        run: Effect.Effect<A, E>
      ): Effect.Effect<A, E | UnauthorizedError> => Effect.zipRight(identified(caller), run)

      const get = Effect.fn("ThreadCatalog.get")((caller: Caller, key: ThreadKey) =>
        named(caller, Effect.map(repository.get(caller, key), overview))
      )

      const list = Effect.fn("ThreadCatalog.list")(
        (
          caller: Caller,
          resourceId: ResourceId,
          range: { readonly limit: number; readonly offset: number }
        ) =>
          named(
            caller,
            Effect.map(
              repository.list(caller, resourceId, range),
              ({ count, threads }) => new ThreadList({ sessions: threads.map(overview), count })
            )
          )
      )

      const setMetadata = Effect.fn("ThreadCatalog.setMetadata")(
        (caller: Caller, key: ThreadKey, metadata: Thread["metadata"]) =>
          named(
            caller,
            DateTime.now.pipe(
              Effect.flatMap((now) => repository.setMetadata(caller, key, metadata, now)),
              Effect.map(overview)
            )
          )
      )

      const remove = Effect.fn("ThreadCatalog.remove")((caller: Caller, key: ThreadKey) =>
        named(caller, repository.remove(caller, key))
      )

      return { get, list, setMetadata, remove }
    })
  )
}
