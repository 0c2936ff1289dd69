import { Effect, Option } from "effect"
import { IdGenerator } from "../ports/id-generator.ts"
import type { SessionId } from "../types/ids.ts"
import { type AgentName, Session, Title } from "../types/session.ts"
import type { Timestamp } from "../types/timestamp.ts"
import type { Workspace } from "../types/workspace.ts"

/** Makes the conversation that is a workspace's history, under this id if there is one. */
export const make = Effect.map(
  IdGenerator,
  (ids) =>
    (
      workspace: Pick<Workspace, "id" | "name" | "userId">,
      now: Timestamp,
      options: { readonly id: Option.Option<SessionId>; readonly agent?: AgentName | undefined }
    ): Effect.Effect<Session> =>
      Effect.map(
        Effect.orElse(options.id, () => ids.sessionId),
        (id) =>
          Session.start(id, workspace.userId, now, {
            title: Option.some(Title.make(workspace.name)),
            metadata: { workspaceId: workspace.id },
            ...(options.agent === undefined ? {} : { agent: options.agent })
          })
      )
)
