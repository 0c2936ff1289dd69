import * as SessionRepositoryInMemory from "../test-utils/session-repository-in-memory/index.ts"
import { describeSessionRepository } from "../test-utils/session-repository-suite/index.ts"

describeSessionRepository("SessionRepositoryInMemory", SessionRepositoryInMemory.layer)
