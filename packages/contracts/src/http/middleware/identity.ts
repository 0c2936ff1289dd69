import { HttpApiMiddleware, HttpApiSecurity, OpenApi } from "@effect/platform"
import { type Caller, RateLimitedError, UnauthorizedError } from "@workspace/domain"
import { Context, Schema } from "effect"
import { ValidationError } from "../errors.ts"

/** Who sent the request. */
export class CurrentCaller extends Context.Tag("@workspace/contracts/CurrentCaller")<
  CurrentCaller,
  Caller
>() {}

/**
 * Finds out who sent a request: whom its bearer token names, or nobody when it has none, and whether that
 * caller has requests left. Declared here, implemented by the server: a browser never sees how.
 */
export class Identity extends HttpApiMiddleware.Tag<Identity>()("@workspace/contracts/Identity", {
  provides: CurrentCaller,
  failure: Schema.Union(UnauthorizedError, ValidationError, RateLimitedError),
  security: {
    bearer: HttpApiSecurity.bearer.pipe(
      HttpApiSecurity.annotate(
        OpenApi.Description,
        "A JSON Web Token; its subject is the user. Without one the caller is anonymous."
      ),
      HttpApiSecurity.annotate(OpenApi.Format, "JWT")
    )
  }
}) {}
