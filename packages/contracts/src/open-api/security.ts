import { isJson } from "./json.ts"

const name = "localUser"

/** How callers name themselves where nobody checks it: a stand-in for the token, declared wherever that is. */
export const localUser = {
  schemes: {
    [name]: {
      type: "apiKey",
      in: "header",
      name: "x-user-id",
      description:
        "The name that the caller gives itself, on a server with `AUTH_MODE=off`, which only its own machine can reach. Every other server ignores it."
    }
  },
  /** The requirements of an operation, with the name in place of the token. */
  besides: (requirements: unknown): ReadonlyArray<unknown> => {
    const given = Array.isArray(requirements) ? requirements : []
    return given.some((requirement) => isJson(requirement) && "bearer" in requirement)
      ? [...given, { [name]: [] }]
      : given
  }
}
