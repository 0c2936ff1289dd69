import { Layer } from "effect"
import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"
import * as ThreadRepositoryInMemory from "../test-utils/thread-repository-in-memory.ts"
import { describeThreadRepository } from "../test-utils/thread-repository-suite.ts"

describeThreadRepository(
  "ThreadRepositoryInMemory",
  ThreadRepositoryInMemory.layer.pipe(Layer.provideMerge(SessionRepositoryInMemory.layer))
)
