import { Command } from "@effect/cli"
import { OpenApi } from "@effect/platform"
import { BigOceanApi } from "@workspace/contracts"
import { Console } from "effect"

/** Prints the OpenAPI document, which a server has at `/openapi.json`. */
export const openApi = Command.make("openapi", {}, () =>
  Console.log(JSON.stringify(OpenApi.fromApi(BigOceanApi), null, 2))
).pipe(Command.withDescription("Print the OpenAPI document"))
