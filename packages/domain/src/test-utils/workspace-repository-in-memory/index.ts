import { Array, DateTime, Effect, Equal, HashMap, Layer, Option, Ref, SynchronizedRef } from "effect"
import { WorkspaceNotFoundError } from "../../errors/workspace.ts"
import { WorkspaceRepository } from "../../ports/workspace-repository.ts"
import type { Caller } from "../../types/caller.ts"
import type { SessionId } from "../../types/ids.ts"
import type { Session } from "../../types/session.ts"
import { Workspace, type WorkspaceId } from "../../types/workspace.ts"
import { nothingOf, SessionStore } from "../session-repository-in-memory/store.ts"
import {
  additionTo,
  change,
  type Held,
  isIt,
  isMade,
  isOf,
  isSeen,
  lowestFreeSlot,
  oldestFirst
} from "./holds.ts"

type Holds = ReadonlyArray<Held>

/** A real implementation over the store of the sessions beside it. */
export const layer = Layer.effect(
  WorkspaceRepository,
  Effect.gen(function* () {
    const { put, sessions } = yield* SessionStore
    const holds = yield* SynchronizedRef.make<Holds>([])

    /** One step after another, each on workspaces that name no session which is gone. */
    const step = <A>(run: (all: Holds) => Effect.Effect<readonly [A, Holds]>) =>
      Effect.uninterruptible(
        SynchronizedRef.modifyEffect(holds, (all) =>
          Effect.flatMap(Ref.get(sessions), (kept) =>
            run(
              all.map((held) => {
                const { sessionId } = held.workspace
                return change(held, { sessionId: Option.filter(sessionId, (id) => HashMap.has(kept, id)) })
              })
            )
          )
        )
      )

    const read = <A>(look: (all: Holds) => A) => step((all) => Effect.succeed([look(all), all]))

    /** What becomes of the one that is meant, if it is there: gives it as it is before or, where it stays, after. */
    const replace = (
      isMeant: (held: Held) => boolean,
      next: (held: Held, others: Holds) => Effect.Effect<Option.Option<Held>>
    ) =>
      step((all) =>
        Effect.gen(function* () {
          const [others, meant] = Array.partition(all, isMeant)
          const after = Array.getSomes(yield* Effect.forEach(meant, (held) => next(held, others)))
          return [Array.head([...after, ...meant]), [...others, ...after]] as const
        })
      )

    const found = (held: Option.Option<Held>) =>
      Option.match(held, {
        onNone: () => Effect.fail(new WorkspaceNotFoundError()),
        onSome: ({ workspace }) => Effect.succeed(workspace)
      })

    const seen = (caller: Caller, root: string, id: WorkspaceId) => (held: Held) =>
      isIt(root, id)(held) && isSeen(caller)(held)

    const changeSeen = (
      caller: Caller,
      root: string,
      id: WorkspaceId,
      fields: (before: Workspace) => Partial<Workspace>
    ) =>
      Effect.flatMap(
        replace(seen(caller, root, id), (held) => Effect.succeedSome(change(held, fields(held.workspace)))),
        found
      )

    /** The first of these that is there and the owner's or nobody's; else `session`, which is made. */
    const link = Effect.fnUntraced(function* (
      owner: Workspace["userId"],
      named: Option.Option<SessionId>,
      session: Session
    ) {
      const kept = yield* Ref.get(sessions)
      const there = Array.findFirst([...Option.toArray(named), session.id], (id) =>
        Option.exists(
          HashMap.get(kept, id),
          ({ session: { userId } }) => Option.isNone(userId) || Equal.equals(userId, owner)
        )
      )
      if (Option.isNone(there) && HashMap.has(kept, session.id)) {
        return yield* Effect.dieMessage("The id is that of somebody else's session")
      }
      const made = Effect.map(put({ ...nothingOf, session, claimHash: Option.none() }), ({ id }) => id)
      return Option.some(yield* Effect.orElse(there, () => made))
    })

    const forgetUntouched = (sessionId: SessionId) =>
      Ref.update(sessions, (kept) =>
        HashMap.modifyAt(
          kept,
          sessionId,
          Option.filter(({ messages }) => messages.length > 0)
        )
      )

    return {
      add: (root, workspace, { limit = Number.POSITIVE_INFINITY, making, session }) =>
        step((all) =>
          Effect.gen(function* () {
            const result = additionTo(all, root, workspace, limit)
            if (result !== "added") return [result, all] as const
            const sessionId = yield* link(workspace.userId, workspace.sessionId, session)
            const added: Held = {
              root,
              slot: lowestFreeSlot(all, root),
              workspace: new Workspace({ ...workspace, sessionId }),
              making: Option.fromNullable(making)
            }
            return [result, [...all, added]] as const
          })
        ),

      finish: (root, id) =>
        Effect.map(
          replace(isIt(root, id), (held) => Effect.succeedSome({ ...held, making: Option.none() })),
          Option.isSome
        ),

      forget: (root, id) =>
        Effect.asVoid(
          replace(
            (held) => isIt(root, id)(held) && !isMade(held),
            ({ workspace }) =>
              Effect.as(Effect.forEach(Option.toArray(workspace.sessionId), forgetUntouched), Option.none())
          )
        ),

      unfinished: (root) =>
        read((all) =>
          Array.filterMap(Array.sort(all.filter(isOf(root)), oldestFirst), ({ making, workspace }) =>
            Option.map(making, (_) => ({ workspace, making: _ }))
          )
        ),

      list: (caller, root) =>
        read((all) =>
          Array.sort(all.filter(isOf(root)).filter(isSeen(caller)), oldestFirst).map((_) => _.workspace)
        ),

      get: (caller, root, id) =>
        Effect.flatMap(
          read((all) => Array.findFirst(all, seen(caller, root, id))),
          found
        ),

      update: (caller, root, id, fields) => changeSeen(caller, root, id, () => fields),

      touch: (caller, root, id, now) =>
        changeSeen(caller, root, id, ({ lastActivity }) => ({
          lastActivity: DateTime.max(lastActivity, now)
        })),

      restore: (root, { branch, id, status, worktree }, session) =>
        Effect.asVoid(
          replace(
            (held) => isIt(root, id)(held) && isMade(held),
            (held, others) =>
              Effect.gen(function* () {
                if (others.some((other) => isOf(root)(other) && other.workspace.worktree === worktree)) {
                  return yield* Effect.dieMessage("The worktree is another workspace's")
                }
                const { sessionId, userId } = held.workspace
                const linked = Option.isSome(sessionId) ? sessionId : yield* link(userId, sessionId, session)
                const restored = held.workspace.restored({ status, branch, worktree })
                return Option.some(change(held, { ...restored, sessionId: linked }))
              })
          )
        ),

      remove: (caller, root, id) =>
        Effect.flatMap(
          replace(seen(caller, root, id), () => Effect.succeedNone),
          (held) => Effect.asVoid(found(held))
        )
    }
  })
)
