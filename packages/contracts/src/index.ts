export { BigOceanApi } from "./api.ts"
export { ChatPart } from "./http/chat-parts.ts"
export { entityTagOf } from "./http/entity-tag.ts"
export {
  InternalError,
  MethodNotAllowedError,
  NotReadyError,
  PayloadTooLargeError,
  RouteNotFoundError,
  UnsupportedMediaTypeError,
  ValidationError
} from "./http/errors.ts"
export { IdempotencyHeaders } from "./http/idempotency-key.ts"
export { CurrentCaller, Identity } from "./http/middleware/identity.ts"
