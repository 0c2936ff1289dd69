import type { IncomingMessage } from "node:http"
import { HttpServerRequest } from "@effect/platform"
import { Option } from "effect"

class HotRequest {
  readonly source: IncomingMessage
  readonly url: string | undefined
  readonly originalUrl: string | undefined
  readonly method: string | undefined
  readonly headers: IncomingMessage["headers"]

  constructor(source: IncomingMessage, headers: IncomingMessage["headers"]) {
    this.source = source
    this.url = source.url
    this.originalUrl = source.url
    this.method = source.method
    this.headers = headers
  }

  get remoteAddress(): Option.Option<string> {
    return Option.fromNullable(this.source.socket.remoteAddress)
  }
}

// All else that a request has is the platform's.
Object.setPrototypeOf(HotRequest.prototype, HttpServerRequest.fromWeb(new Request("http://127.0.0.1/")))

// Its type does not know what it inherits.
const { constructor } = HotRequest.prototype

/** A request as handlers see it, whose body is read already. */
export const hotRequest = (
  source: IncomingMessage,
  headers: IncomingMessage["headers"] = source.headers
): HttpServerRequest.HttpServerRequest => Reflect.construct(constructor, [source, headers])
