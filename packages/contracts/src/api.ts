import { HttpApi, OpenApi } from "@effect/platform"
import { UnavailableError } from "@workspace/domain"
import {
  InternalError,
  PayloadTooLargeError,
  UnsupportedMediaTypeError,
  ValidationError
} from "./http/errors.ts"
import { AssessmentGroup } from "./http/groups/assessment.ts"
import { SessionsGroup } from "./http/groups/sessions.ts"
import { SystemGroup } from "./http/groups/system.ts"
import { correctDocument } from "./open-api.ts"

/** The whole HTTP API, as servers implement and clients call it. */
export class BigOceanApi extends HttpApi.make("BigOceanApi")
  .add(AssessmentGroup)
  .add(SessionsGroup)
  .add(SystemGroup)
  .addError(ValidationError)
  .addError(PayloadTooLargeError)
  .addError(UnsupportedMediaTypeError)
  .addError(InternalError)
  .addError(UnavailableError)
  .annotate(OpenApi.Title, "Big Ocean")
  .annotate(OpenApi.Version, "0.1.0")
  .annotate(
    OpenApi.Description,
    "Conversation sessions that start, stop and resume from exactly the same point. Errors are problem documents (RFC 9457), told apart by `_tag` and `code`; every answer carries an `x-request-id`."
  )
  .annotate(OpenApi.License, { name: "MIT", url: "https://opensource.org/license/mit" })
  .annotate(OpenApi.Servers, [{ url: "/" }])
  .annotate(OpenApi.Transform, correctDocument) {}
