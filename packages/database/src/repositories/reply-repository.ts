import { ReplyRepository } from "@workspace/domain"
import { Effect, Layer } from "effect"
import { Database } from "../client.ts"
import * as ReplyBeginnings from "./reply-beginnings.ts"
import * as ReplyEndings from "./reply-endings.ts"
import * as ReplyReads from "./reply-read.ts"
import * as ReplyWrites from "./reply-write.ts"

/** Replies in PostgreSQL. Each step is one statement, prepared once. */
export const layer: Layer.Layer<ReplyRepository, never, Database> = Layer.effect(
  ReplyRepository,
  Effect.map(Database, (database) => {
    const { find, ...reads } = ReplyReads.make(database)
    const { endOver, ...endings } = ReplyEndings.make(database, find)
    return { ...ReplyBeginnings.make(database, endOver), ...ReplyWrites.make(database), ...endings, ...reads }
  })
)
