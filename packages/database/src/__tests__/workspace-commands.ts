import {
  Caller,
  ClaimHash,
  MessageContent,
  MessageId,
  SessionId,
  SessionRepository,
  UserId,
  WorkspaceName,
  WorkspaceRepository
} from "@workspace/domain"
import { asNobody, createTestSession, createTestWorkspace, slotsHeld } from "@workspace/domain/test-utils"
import { Array, DateTime, Effect, FastCheck, Option } from "effect"

const now = DateTime.unsafeMake(0)
const claimHash = ClaimHash.make("a".repeat(64))
const users = [UserId.make("alice"), UserId.make("bob")] as const
const owners = [Option.none(), ...users.map(Option.some)]
const callers = [asNobody, Caller.Anonymous(), ...users.map((userId) => Caller.User({ userId }))]
const changes = [
  {},
  { status: "error" },
  { ptyPid: Option.some(1) },
  { ptyPid: Option.none() },
  { currentPhase: Option.some("x") },
  { metadata: { a: 1 } }
] as const

const upTo = (max: number) => FastCheck.integer({ min: 0, max })
const orNothing = <A>(values: FastCheck.Arbitrary<A>) => FastCheck.option(values, { nil: undefined })

/** Something that is done to workspaces or to their conversations, with few values of each kind, so that they meet. */
export const anyCommand = FastCheck.record({
  kind: FastCheck.constantFrom(
    ...(["add", "add", "add", "finish", "forget", "get", "update", "touch", "restore", "remove"] as const),
    ...(["make", "say", "claim", "unmake"] as const)
  ),
  root: upTo(1),
  workspace: upTo(4),
  name: upTo(3),
  worktree: upTo(4),
  owner: FastCheck.constantFrom(...owners),
  caller: FastCheck.constantFrom(...callers),
  named: orNothing(upTo(3)),
  session: upTo(5),
  limit: orNothing(FastCheck.integer({ min: 1, max: 3 })),
  making: orNothing(FastCheck.constantFrom("branch" as const, "worktree" as const)),
  change: FastCheck.constantFrom(...changes),
  minutes: upTo(9)
})
type Command = typeof anyCommand extends FastCheck.Arbitrary<infer A> ? A : never

const rootOf = (run: number, n: number) => `root ${run} ${n}`

const sessionIdOf = (run: number, n: number) => SessionId.make(`session_${run}_${n}`)

/** What a run's command does, in whichever stores there are. */
export const perform = (run: number, command: Command) =>
  Effect.gen(function* () {
    const workspaces = yield* WorkspaceRepository
    const sessions = yield* SessionRepository
    const { caller, change, kind, limit, making, owner } = command
    const root = rootOf(run, command.root)
    const at = DateTime.add(now, { minutes: command.minutes })
    const sessionId = (n: number) => sessionIdOf(run, n)
    const session = createTestSession({ id: sessionId(command.session), userId: owner })
    const workspace = createTestWorkspace(run * 10 + command.workspace, {
      userId: owner,
      name: WorkspaceName.make(`name-${command.name}`),
      worktree: `/w/${command.worktree}`,
      branch: Option.some(`branch-${command.minutes}`),
      sessionId: Option.map(Option.fromNullable(command.named), sessionId),
      createdAt: at,
      lastActivity: at
    })
    const { id } = workspace
    switch (kind) {
      case "add":
        return yield* workspaces.add(root, workspace, {
          session,
          ...(limit !== undefined && { limit }),
          ...(making !== undefined && { making })
        })
      case "finish":
        return yield* workspaces.finish(root, id)
      case "forget":
        return yield* workspaces.forget(root, id)
      case "get":
        return yield* workspaces.get(caller, root, id)
      case "update":
        return yield* workspaces.update(caller, root, id, change)
      case "touch":
        return yield* workspaces.touch(caller, root, id, at)
      case "restore":
        return yield* workspaces.restore(root, workspace, session)
      case "remove":
        return yield* workspaces.remove(caller, root, id)
      case "make":
        return yield* sessions.create(session, Option.isNone(owner) ? Option.some(claimHash) : Option.none())
      case "say":
        return yield* sessions.append(
          asNobody,
          {
            sessionId: session.id,
            id: MessageId.make("m"),
            role: "user",
            content: MessageContent.make("x"),
            metadata: {}
          },
          { now }
        )
      case "claim":
        return yield* sessions.claim(users[0], session.id, claimHash, now)
      case "unmake":
        return yield* sessions.remove(asNobody, session.id)
    }
  })

/** All that there is of a run's roots. */
export const stateOf = (run: number) =>
  Effect.flatMap(WorkspaceRepository, (workspaces) =>
    Effect.forEach([rootOf(run, 0), rootOf(run, 1)], (root) =>
      Effect.all({
        count: slotsHeld(root),
        unfinished: workspaces.unfinished(root),
        lists: Effect.forEach(callers, (caller) => workspaces.list(caller, root))
      })
    )
  )

/** Which of a run's conversations there are, and as of which version. */
export const sessionsOf = (run: number) =>
  Effect.flatMap(SessionRepository, (sessions) =>
    Effect.forEach(Array.range(0, 5), (n) => Effect.option(sessions.load(asNobody, sessionIdOf(run, n))))
  )
