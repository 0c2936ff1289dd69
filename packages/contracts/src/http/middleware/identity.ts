import { HttpApiMiddleware } from "@effect/platform"
import type { Caller } from "@workspace/domain"
import { Context } from "effect"
import { ValidationError } from "../errors.ts"

/** Who sent the request. */
export class CurrentCaller extends Context.Tag("@workspace/contracts/CurrentCaller")<
  CurrentCaller,
  Caller
>() {}

/** Finds out who sent a request. Declared here, implemented by the server: a browser never sees how. */
export class Identity extends HttpApiMiddleware.Tag<Identity>()("@workspace/contracts/Identity", {
  provides: CurrentCaller,
  failure: ValidationError
}) {}
