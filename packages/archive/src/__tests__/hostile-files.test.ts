import { assert, describe, it } from "@effect/vitest"
import { maxArchiveProblems } from "@workspace/domain"
import { Effect, FastCheck } from "effect"
import { decode } from "../decode.ts"
import { Digest } from "../digest.ts"
import { outsideHeader } from "../wire.ts"
import { anyArchivedSession } from "./archived-sessions.ts"
import { empty, nerin, odd } from "./talks.ts"
import { jsonOf } from "./texts.ts"

type Json = Record<string, unknown>

/** The digest of what stands there, as somebody would make it who wants the file to be taken. */
const digestOf = (file: Json) => {
  const digest = new Digest(
    Object.fromEntries(Object.entries(file).filter(([key]) => !outsideHeader.has(key)))
  )
  const items = (key: string) => (Array.isArray(file[key]) ? file[key] : [])
  for (const estimate of items("estimates")) digest.add(estimate)
  for (const { session_id: _, ...message } of items("messages")) digest.add(message)
  return digest.toString()
}

const sealed = (file: Json) => JSON.stringify({ ...file, digest: digestOf(file) })

/** Nerin's talk, changed, with the digest of the changed one. */
const changed = (change: (file: Json) => Json) =>
  Effect.map(jsonOf(nerin), (text) => sealed(change(JSON.parse(text))))

const inMessage =
  (place: number, change: Json) =>
  (file: Json): Json => ({
    ...file,
    messages: Array.isArray(file["messages"])
      ? file["messages"].map((message, index) => (index === place ? { ...message, ...change } : message))
      : []
  })

const problemsOf = (text: string) =>
  Effect.map(Effect.flip(decode(text)), ({ problems }) => {
    assert.isAtLeast(problems.length, 1)
    assert.isAtMost(problems.length, maxArchiveProblems)
    return problems.map(({ message, path }) => `${path}: ${message}`)
  })

const deep = (levels: number, open: string, close: string) => open.repeat(levels) + close.repeat(levels)

describe("a file that no store would take is refused", () => {
  const changes: Record<string, readonly [change: (file: Json) => Json, problem: string]> = {
    "a gap": [inMessage(2, { sequence: 4 }), "messages.2.sequence: must be its place in the list, from 1 on"],
    "an id twice": [
      inMessage(1, { id: nerin.messages[0]?.id }),
      "messages.1.id: must not be that of an earlier message"
    ],
    "another session's message": [
      inMessage(1, { session_id: "session_1" }),
      "messages.1.session_id: must be the id of the session"
    ],
    "a message without content": [
      inMessage(1, { content: "" }),
      "messages.1.content: must be text of 1 character to 65536 bytes of UTF-8, without NUL and lone surrogates"
    ],
    "too long a message": [
      inMessage(1, { content: "é".repeat(32_769) }),
      "messages.1.content: must be text of 1 character to 65536 bytes of UTF-8, without NUL and lone surrogates"
    ],
    NUL: [inMessage(1, { content: "a\0b" }), "messages.1: must be well-formed Unicode without NUL"],
    "half a surrogate pair": [
      inMessage(1, { content: "a\uD800b" }),
      "messages.1: must be well-formed Unicode without NUL"
    ],
    "half a pair in a key": [
      inMessage(1, { metadata: { "\uDC00": 1 } }),
      "messages.1: must have keys in well-formed Unicode without NUL"
    ],
    "another role": [
      inMessage(1, { role: "tool" }),
      'messages.1.role: must be "user" or "assistant" or "system"'
    ],
    "a day that is none": [
      inMessage(1, { timestamp: "2026-02-30T00:00:00.000Z" }),
      "messages.1.timestamp: must be an instant in UTC with milliseconds, like 2026-01-31T12:00:00.000Z"
    ],
    "another zone": [
      (file) => ({ ...file, started_at: "2026-01-01T01:00:00.000+01:00" }),
      "started_at: must be an instant in UTC with milliseconds, like 2026-01-31T12:00:00.000Z"
    ],
    "an instant before its time": [
      (file) => ({ ...file, started_at: "1969-12-31T23:59:59.999Z" }),
      "started_at: must be an ISO 8601 instant between 1970 and 9999"
    ],
    "an end before the beginning": [
      (file) => ({ ...file, last_updated: "2025-01-01T00:00:00.000Z" }),
      "last_updated: must not be before started_at"
    ],
    "a missing message": [
      (file) => ({ ...file, messages: Array.isArray(file["messages"]) ? file["messages"].slice(0, -1) : [] }),
      "metadata.message_count: must be the number of messages"
    ],
    "scores of what is not there": [
      (file) => ({ ...file, scored_through: 7 }),
      "scored_through: must not be greater than metadata.message_count"
    ],
    "estimates of what is not scored": [
      (file) => ({ ...file, scored_through: 4 }),
      "estimates.1.through_sequence: must not be greater than scored_through"
    ],
    "estimates out of order": [
      (file) => ({
        ...file,
        estimates: Array.isArray(file["estimates"]) ? file["estimates"].toReversed() : []
      }),
      "estimates.1.through_sequence: must be greater than that before it"
    ],
    "no messages": [({ messages: _, ...file }) => file, "messages: is required"],
    "messages that are none": [(file) => ({ ...file, messages: {} }), "messages: must be an array"],
    "a path for an id": [
      (file) => ({ ...file, id: "../../etc/passwd" }),
      "id: must be a session id: 1 to 64 letters, digits, _ and -"
    ],
    "another format": [(file) => ({ ...file, format: "chat" }), "format: must be big-ocean-session"],
    "a precision beyond 1": [
      (file) => ({ ...file, precision: { ...nerin.session.precision, openness: 1.5 } }),
      "precision.openness: must be a number from 0 to 1"
    ]
  }
  for (const [name, [change, problem]] of Object.entries(changes)) {
    it.effect(name, () =>
      Effect.gen(function* () {
        assert.include(yield* Effect.flatMap(changed(change), problemsOf), problem)
      })
    )
  }

  it.effect(
    "a key that replaces a prototype, a number that JSON cannot write, and what is nested too deep, anywhere",
    () =>
      Effect.gen(function* () {
        const text = JSON.stringify(JSON.parse(yield* jsonOf(nerin)))
        const places = [
          [
            '"metadata":{"assessment"',
            (value: string) => `"metadata":{"x":${value},"assessment"`,
            "messages.0: "
          ],
          ['"productName"', (value: string) => `"x":${value},"productName"`, "metadata: "],
          ['"format"', (value: string) => `"unknown":${value},"format"`, ": "],
          ['"title"', (value: string) => `"title":${value},"y"`, "title: "],
          [
            '"skipped_questions":[',
            (value: string) => `"skipped_questions":[${value},`,
            "skipped_questions: "
          ]
        ] as const
        for (const [found, put, path] of places) {
          const refusal = (value: string) => problemsOf(text.replace(found, () => put(value)))
          assert.deepStrictEqual(yield* refusal('{"__proto__":{}}'), [`${path}must have no key __proto__`])
          assert.deepStrictEqual(yield* refusal("1e400"), [
            `${path}must hold no number beyond those of a double`
          ])
          assert.deepStrictEqual(yield* refusal('"\\u0000"'), [
            `${path}must be well-formed Unicode without NUL`
          ])
          assert.deepStrictEqual(yield* refusal(deep(33, "[", "]")), [
            `${path}must not be nested deeper than 32 levels`
          ])
          for (const value of [
            deep(100_000, "[", "]"),
            `${deep(100_000, '{"a":', "")}1${"}".repeat(100_000)}`
          ]) {
            assert.deepStrictEqual(yield* refusal(value), [": must not be nested deeper than 40 levels"])
          }
        }
      })
  )

  it.effect("what is no session at all", () =>
    Effect.gen(function* () {
      for (const text of [deep(1_000_000, "[", "]"), "[]", "null", "1", '"text"']) {
        assert.deepStrictEqual(yield* problemsOf(text), [": must be a JSON object"])
      }
      assert.deepStrictEqual(yield* problemsOf(" "), [": must be JSON, and is empty"])
      assert.deepStrictEqual(yield* problemsOf("{}"), ["format: must be big-ocean-session"])
      assert.deepStrictEqual(yield* problemsOf("x".repeat(50_000_000)), [
        ": must be JSON: it is of another kind, or was cut off"
      ])
    })
  )

  it.effect("more values than any session has, in any place, before they are parsed", () =>
    Effect.gen(function* () {
      const text = JSON.stringify(JSON.parse(yield* jsonOf(nerin)))
      const many = ["{}", "0"].map((value) => `[${`${value},`.repeat(8_400_000)}0]`)
      for (const value of many) {
        for (const found of ['"format"', '"product_name"', '"asks"']) {
          assert.deepStrictEqual(yield* problemsOf(text.replace(found, `"x":${value},${found}`)), [
            ": must have at most 8388608 of the signs { [ , : outside of strings"
          ])
        }
      }
    })
  )

  it.effect("what is long where nothing long belongs", () =>
    Effect.gen(function* () {
      const numbers = Array.from({ length: 70_000 }, () => 0)
      const keys = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`k${index}`, index]))
      const beside = ": must hold at most 131072 characters as JSON beside estimates and messages"
      for (const value of [numbers, keys, "x".repeat(131_072)]) {
        for (const change of [
          { later: value },
          { title: value },
          { a: "x".repeat(65_536), b: value },
          typeof value === "object" && !Array.isArray(value) ? value : { metadata: value }
        ]) {
          assert.deepStrictEqual(
            yield* Effect.flatMap(
              changed((file) => ({ ...file, ...change })),
              problemsOf
            ),
            [beside]
          )
        }
        const item = yield* Effect.flatMap(changed(inMessage(1, { later: value })), problemsOf)
        assert.deepStrictEqual(item, ["messages.1: must be at most 131072 characters as JSON"])
      }
    })
  )

  it.effect("a file that is cut off anywhere", () =>
    Effect.gen(function* () {
      const text = yield* jsonOf(odd)
      for (const length of Array.from({ length: 200 }, (_, index) =>
        Math.floor((index * text.trimEnd().length) / 200)
      )) {
        yield* problemsOf(text.slice(0, length))
      }
    })
  )

  it.effect("with at most twenty problems, which repeat nothing of what stands there", () =>
    Effect.gen(function* () {
      const secret = "s3cret"
      const wrong = (file: Json): Json => ({
        ...file,
        title: { [secret]: secret },
        status: secret,
        messages: Array.from({ length: 100 }, () => ({ id: { secret }, role: secret, [secret]: secret })),
        [secret]: { __proto__: null }
      })
      const all = [
        yield* Effect.flatMap(changed(wrong), problemsOf),
        yield* Effect.flatMap(
          changed((file) => ({ ...file, messages: [{ [secret]: secret }] })),
          problemsOf
        ),
        yield* problemsOf(`{"format":"${secret}","version":"${secret}"}`),
        yield* problemsOf(`{"${secret}"`)
      ]
      assert.notInclude(JSON.stringify(all), secret)
      const many = (file: Json): Json => ({ ...file, messages: Array.from({ length: 100 }, () => ({})) })
      assert.strictEqual((yield* Effect.flatMap(changed(many), problemsOf)).length, maxArchiveProblems)
    })
  )
})

describe("a file that says more than is known is taken", () => {
  it.effect("also where keys are in another order, or stand twice", () =>
    Effect.gen(function* () {
      const file: Json = JSON.parse(yield* jsonOf(nerin))
      const reversed = Object.fromEntries(Object.entries(file).toReversed())
      assert.deepStrictEqual(yield* decode(JSON.stringify(reversed)), nerin)
      assert.deepStrictEqual(
        yield* decode(sealed({ ...inMessage(0, { later: 1 })(file), later: { x: 1 } })),
        nerin
      )
      assert.deepStrictEqual(yield* decode(JSON.stringify({ saved_for: "anybody", ...file })), nerin)
      assert.deepStrictEqual(yield* decode(JSON.stringify(file).replace("{", '{"title":"before",')), nerin)
    })
  )

  it.effect("and what follows from the messages is counted again", () =>
    Effect.gen(function* () {
      const progress = { percentage: 99, questions_answered: 99, scored_through: 0 }
      const text = yield* changed((file) => ({
        ...file,
        investigation_progress: progress,
        state: "completed",
        provider: "x",
        skipped_questions: []
      }))
      assert.deepStrictEqual(yield* decode(text), nerin)
    })
  )
})

describe("a file in which something was changed by chance", () => {
  const mutation = FastCheck.record({
    archived: FastCheck.oneof(FastCheck.constantFrom(nerin, odd, empty), anyArchivedSession),
    at: FastCheck.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    length: FastCheck.nat(20),
    put: FastCheck.oneof(
      FastCheck.constantFrom(
        "",
        " ",
        ",",
        "}",
        "]",
        "{",
        "[",
        '"',
        "\\",
        "null",
        "0",
        "-1",
        "1e999",
        "\n",
        "\0",
        "true"
      ),
      FastCheck.string({ unit: "binary", maxLength: 8 })
    )
  })

  it.effect.prop(
    "is the same session, or refused",
    [mutation],
    ([{ archived, at, length, put }]) =>
      Effect.gen(function* () {
        const text = yield* jsonOf(archived)
        const from = Math.floor(at * text.length)
        const result = yield* Effect.either(decode(text.slice(0, from) + put + text.slice(from + length)))
        if (result._tag === "Right") assert.deepStrictEqual(result.right, archived)
      }),
    { fastCheck: { numRuns: 300 } }
  )
})
