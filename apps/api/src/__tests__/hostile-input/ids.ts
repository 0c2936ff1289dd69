import { posting } from "../../test-utils/exchange.ts"
import { type Row, sentinel } from "./row.ts"

const start = "/api/assessment/start"
const message = "/api/assessment/message"
const session = (segment: string) => `/api/assessment/sessions/${segment}`

const refusedIds = (name: string, json: string): ReadonlyArray<Row> => [
  {
    name: `${name} in a message id`,
    send: (sessionId) => posting(message, `{"sessionId":"${sessionId}","message":"x","id":${json}}`),
    status: 400,
    path: "id"
  },
  {
    name: `${name} in a session id`,
    send: () => posting(message, `{"sessionId":${json},"message":"x"}`),
    status: 400,
    path: "sessionId"
  },
  {
    name: `${name} in a user id`,
    send: () => posting(start, `{"userId":${json}}`),
    status: 400,
    path: "userId"
  }
]

/** Ids that are none, in bodies and in paths. */
export const ids: ReadonlyArray<Row> = [
  ...refusedIds("NUL", `"${sentinel}\\u0000"`),
  ...refusedIds("a lone surrogate", `"${sentinel}\\ud800"`),
  ...refusedIds("a number", "12345678901"),
  ...refusedIds("nothing", `""`),
  ...refusedIds("10,000 characters", `"${sentinel.repeat(1000)}"`),
  ...["%00", "%", "%FF", "%FF%00", "x".repeat(10_000), "%F0%9F%98%80", "..%2F..", "a%2Fb", "'--"].flatMap(
    (segment) => [
      {
        name: `${segment.slice(0, 12)} as a session in a path`,
        send: () => ({ path: session(segment) }),
        status: 404
      },
      {
        name: `${segment.slice(0, 12)} as a session in a path that ends otherwise`,
        send: () => ({ method: "POST", path: session(`${segment}/pause`) }),
        status: 404
      }
    ]
  )
]
