import { Layer } from "effect"
import * as ReplyRepositoryInMemory from "../test-utils/reply-repository-in-memory/index.ts"
import { describeReplyRepository } from "../test-utils/reply-repository-suite/index.ts"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"

describeReplyRepository(
  "ReplyRepositoryInMemory",
  ReplyRepositoryInMemory.layer.pipe(Layer.provideMerge(SessionRepositoryInMemory.layer))
)
