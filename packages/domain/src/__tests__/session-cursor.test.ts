import { assert, describe, it } from "@effect/vitest"
import { DateTime, Either, Encoding, Schema } from "effect"
import { SessionId } from "../types/ids.ts"
import { SessionCursor } from "../types/session-list.ts"

const decode = Schema.decodeUnknownEither(SessionCursor)

describe("SessionCursor", () => {
  it("is one word for a URL", () => {
    const cursor = { updatedAt: DateTime.unsafeMake(253_402_300_799_999), id: SessionId.make("x".repeat(64)) }
    const text = Schema.encodeSync(SessionCursor)(cursor)
    assert.match(text, /^[A-Za-z0-9_-]{1,200}$/)
    assert.deepStrictEqual(decode(text), Either.right(cursor))
  })

  // What a caller makes up must be refused before it gets to a database.
  it.each([
    "",
    "1_",
    "_x",
    "-1_x",
    "1.5_x",
    "1e3_x",
    "1_x y",
    "1_x\n",
    `1_${"x".repeat(65)}`,
    "253402300800000_x",
    "9999999999999999_x"
  ])("refuses %j when encoded", (text) => {
    assert.isTrue(Either.isLeft(decode(Encoding.encodeBase64Url(text))))
  })

  it.each(["", "%", "MV94=", "é", "MV9\0"])("refuses %j", (text) => {
    assert.isTrue(Either.isLeft(decode(text)))
  })
})
