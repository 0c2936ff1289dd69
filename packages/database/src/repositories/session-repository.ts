import { SessionRepository } from "@workspace/domain"
import { Effect, Layer } from "effect"
import { Database } from "../client.ts"
import { SessionStoreSettings } from "../session-store-settings.ts"
import * as ConversationTexts from "./conversation-texts.ts"
import * as PageTexts from "./page-texts.ts"
import * as SessionAppend from "./session-append.ts"
import * as SessionAppends from "./session-appends.ts"
import * as SessionChanges from "./session-changes.ts"
import * as SessionHistory from "./session-history.ts"
import * as SessionLists from "./session-list.ts"
import * as SessionOwnership from "./session-ownership.ts"

/** Sessions and messages in PostgreSQL. Each write is one statement, prepared once; so is each read. */
export const layer: Layer.Layer<SessionRepository, never, Database> = Layer.effect(
  SessionRepository,
  Effect.gen(function* () {
    const database = yield* Database
    const { groupCommit, historyCacheBytes } = yield* SessionStoreSettings
    const appends = SessionAppends.make(database, groupCommit)
    const { unseen, ...history } = SessionHistory.make(database)
    return {
      ...SessionOwnership.make(database),
      ...SessionAppend.make(database, unseen, appends),
      ...history,
      ...ConversationTexts.make(database, historyCacheBytes),
      ...PageTexts.make(database),
      ...SessionLists.make(database),
      ...SessionChanges.make(database, unseen)
    }
  })
)
