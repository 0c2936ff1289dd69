export { BigOceanApi } from "./api.ts"
export { ChatPart } from "./http/chat-parts.ts"
export { entityTagOf } from "./http/entity-tag.ts"
export {
  FileTooLargeError,
  ImportsBusyError,
  InternalError,
  MethodNotAllowedError,
  maxFileBytes,
  NotReadyError,
  PayloadTooLargeError,
  RouteNotFoundError,
  UnsupportedFileTypeError,
  UnsupportedMediaTypeError,
  ValidationError
} from "./http/errors.ts"
export { exampleFile } from "./http/groups/archive-files.ts"
export { ImportParams, ImportReport, RecordReport } from "./http/groups/archive-imports.ts"
export { IdempotencyHeaders } from "./http/idempotency-key.ts"
export { CurrentCaller, Identity } from "./http/middleware/identity.ts"
