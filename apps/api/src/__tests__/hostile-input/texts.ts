import { posting } from "../../test-utils/exchange.ts"
import { type Row, sentinel } from "./row.ts"

const message = "/api/assessment/message"

const refusedText = (name: string, json: string): Row => ({
  name: `${name} in a message`,
  send: (sessionId) => posting(message, `{"sessionId":"${sessionId}","message":${json}}`),
  status: 400,
  path: "message"
})

const storedText = (name: string, text: string): Row => ({
  name,
  send: (sessionId) => posting(message, { sessionId, message: text }),
  status: 200,
  stored: text
})

const emoji = "😀".repeat(32_768)

/** What a message may hold, and what not. */
export const texts: ReadonlyArray<Row> = [
  refusedText("NUL", `"${sentinel}\\u0000"`),
  refusedText("a high surrogate alone", `"${sentinel}\\ud83d"`),
  refusedText("a low surrogate alone", `"\\ude00${sentinel}"`),
  refusedText("surrogates in the wrong order", `"\\ude00\\ud83d${sentinel}"`),
  refusedText("nothing", `""`),
  refusedText("a number", "12345678901"),
  refusedText("null", "null"),
  refusedText("an array", `["${sentinel}"]`),
  refusedText("an object", `{"${sentinel}":"${sentinel}"}`),
  refusedText("65,537 bytes", `"${"a".repeat(65_537)}"`),
  refusedText("65,536 UTF-16 units of 131,072 bytes", `"${emoji}"`),
  storedText("65,536 bytes", `a${"é".repeat(32_767)}b`),
  storedText("65,536 bytes of emoji", "😀".repeat(16_384)),
  storedText("emoji of several code points", "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇩🇪"),
  storedText("right-to-left marks", "\u202Eabc\u202C עברית \u200Fالعربية\u200E"),
  storedText("a byte order mark", "\uFEFFtext\uFEFF"),
  storedText("10,000 combining marks", `e${"\u0301".repeat(10_000)}`),
  storedText("text that is not normalized", "e\u0301 \u00E9 \uFB01 Å \u212B"),
  storedText(
    "control characters and noncharacters",
    "\u0001\u001F\u007F\u0085\u2028\u2029\uFFFD\uFFFE\uFFFF"
  ),
  storedText("blanks alone", " \t\n"),
  storedText("SQL and markup", `'); drop table messages; -- $1 %s \\ <script>"`)
]
