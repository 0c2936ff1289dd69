import { assert, describe, it } from "@effect/vitest"
import { evidenceIn } from "@workspace/domain"
import { Effect, FastCheck, Option } from "effect"
import { defaultStoppingRule, nextItem } from "../nerin/item-selection.ts"
import { score } from "../nerin/scorer.ts"
import { choiceFor, conversationOf, makeInterview, replyTo } from "./interviews.ts"
import { simulatedPeople } from "./simulation.ts"

const first = Option.getOrThrow(nextItem([], []))

describe("Nerin", () => {
  it.effect.each(["hello", "4", "?", "stop", "I often worry about things."])(
    "greets whoever says %j first, says what it is, and asks the first item",
    (text) =>
      Effect.gen(function* () {
        const reply = yield* makeInterview().say(text)
        for (const told of ["a structured interviewer", "not a person", "1 = Very Inaccurate", "pause"]) {
          assert.include(reply.text, told)
        }
        assert.isTrue(reply.text.endsWith(`“${first.text}”`))
        assert.deepStrictEqual(reply.asks, first)
        assert.deepStrictEqual([reply.evidence, reply.completes], [[], false])
      })
  )

  it.effect("reads an answer to the item that it asked, and asks the next", () =>
    Effect.gen(function* () {
      const interview = makeInterview()
      yield* interview.say("hello")
      const digit = yield* interview.say("5")
      assert.deepStrictEqual(digit.evidence, [[first.id, 5, 1]])
      assert.match(digit.text, /^Noted\. \(1 answered\)\n\n“/)
      const second = Option.getOrThrow(nextItem(evidenceIn(interview.messages()), [first.id]))
      assert.deepStrictEqual(digit.asks, second)
      const words = yield* interview.say("rarely")
      assert.deepStrictEqual(words.evidence, [[second.id, choiceFor(second, 2), 0.8]])
      assert.include(words.text, "I take that as 2 (Moderately Inaccurate).")
    })
  )

  it.effect("asks once more when it cannot place an answer, and then goes on", () =>
    Effect.gen(function* () {
      const interview = makeInterview()
      yield* interview.say("hello")
      const again = yield* interview.say("Purple, with dots.")
      assert.include(again.text, "I could not place that.")
      assert.deepStrictEqual([again.asks, again.evidence], [first, []])
      const next = yield* interview.say("Still purple.")
      assert.include(next.text, "so we leave it out. (0 answered)")
      assert.notDeepEqual(next.asks, first)
      assert.deepStrictEqual(next.evidence, [])
      // The next one has two tries of its own.
      assert.deepStrictEqual((yield* interview.say("Green.")).asks, next.asks)
      assert.strictEqual((yield* interview.say("4")).evidence[0]?.[0], next.asks?.id)
    })
  )

  it.effect("answers what it is asked, and asks the same item again, however often", () =>
    Effect.gen(function* () {
      const interview = makeInterview()
      yield* interview.say("hello")
      const said: ReadonlyArray<readonly [text: string, reply: string]> = [
        ["What do you mean?", "How well does the statement describe you"],
        ["help", "5 = Very Accurate"],
        ["Are you a robot?", "a program that asks a fixed set of questions"],
        ["I need a break", "Everything is stored"],
        ["I'm back", "Then let us go on."],
        ["back", "nothing before this statement"],
        // None of them was a first try.
        ["It is purple.", "I could not place that."],
        ["Why?", "How well does the statement describe you"]
      ]
      for (const [text, told] of said) {
        const reply = yield* interview.say(text)
        assert.include(reply.text, told, text)
        assert.deepStrictEqual([reply.asks, reply.evidence, reply.completes], [first, [], false], text)
      }
      assert.deepStrictEqual((yield* interview.say("4")).evidence, [[first.id, 4, 1]])
    })
  )

  it.effect("leaves out what the person wants to skip, and does not come back to it", () =>
    Effect.gen(function* () {
      const interview = makeInterview()
      yield* interview.say("hello")
      const reply = yield* interview.say("Skip this one, please.")
      assert.include(reply.text, "We leave it out. (0 answered)")
      const asked = new Set([first.id])
      for (let last = reply; last.asks !== undefined; last = yield* interview.say("3")) {
        assert.isFalse(asked.has(last.asks.id))
        asked.add(last.asks.id)
      }
    })
  )

  it.effect("lets answers be changed, the last one first, and then takes up what it had asked", () =>
    Effect.gen(function* () {
      const interview = makeInterview()
      yield* interview.say("hello")
      const second = (yield* interview.say("5")).asks
      const third = (yield* interview.say("5")).asks
      assert.deepStrictEqual((yield* interview.say("back")).asks, second)
      assert.deepStrictEqual((yield* interview.say("go back")).asks, first)
      const changed = yield* interview.say("1")
      assert.deepStrictEqual([changed.asks, changed.evidence], [third, [[first.id, 1, 1]]])
      assert.include(changed.text, "(2 answered)")
      // What is not answered anew stays.
      assert.deepStrictEqual((yield* interview.say("back")).asks, first)
      const kept = yield* interview.say("skip")
      assert.include(kept.text, "your earlier answer stays")
      assert.deepStrictEqual(kept.asks, third)
      assert.deepStrictEqual(
        evidenceIn(interview.messages()).map((_) => _.score),
        [second === undefined ? 0 : choiceFor(second, 5), 1]
      )
    })
  )

  it.effect("goes back to what was left out, too, and takes up what it had asked", () =>
    Effect.gen(function* () {
      const interview = makeInterview()
      yield* interview.say("hello")
      const second = (yield* interview.say("skip")).asks
      const third = (yield* interview.say("4")).asks
      const fourth = (yield* interview.say("skip")).asks
      const asked = [fourth, third, second, first]
      for (const [index, earlier] of [third, second, first].entries()) {
        const reply = yield* interview.say("back")
        assert.deepStrictEqual(reply.asks, earlier, `${index}`)
        assert.include(reply.text, earlier === second ? "replaces the old one" : "Here it is once more.")
      }
      // It may be left out again, or answered now.
      const left = yield* interview.say("skip")
      assert.include(left.text, "We leave it out. (1 answered)")
      assert.deepStrictEqual(left.asks, fourth)
      for (const earlier of asked.slice(1)) {
        assert.deepStrictEqual((yield* interview.say("back")).asks, earlier)
      }
      const answered = yield* interview.say("5")
      assert.deepStrictEqual([answered.evidence, answered.asks], [[[first.id, 5, 1]], fourth])
      // What was answered last comes first now.
      assert.deepStrictEqual((yield* interview.say("back")).asks, first)
      assert.deepStrictEqual((yield* interview.say("back")).asks, third)
      assert.include((yield* interview.say("purple")).text, "I could not place that.")
      const unplaced = yield* interview.say("purple")
      assert.include(unplaced.text, "so we leave it out. (2 answered)")
      assert.deepStrictEqual(unplaced.asks, fourth)
    })
  )

  it.effect("asks in the person's language, and says what it cannot say in it", () =>
    Effect.gen(function* () {
      const interview = makeInterview({ metadata: { language: "de-AT" } })
      const greeting = yield* interview.say("hallo")
      assert.include(greeting.text, "5 = Sehr zutreffend")
      assert.include(greeting.text, "Everything else I say is in English")
      assert.isTrue(greeting.text.endsWith("“Ich habe eine blühende Fantasie”"))
      assert.deepStrictEqual(greeting.asks, first)
      assert.deepStrictEqual((yield* interview.say("sehr zutreffend")).evidence, [[first.id, 5, 1]])
    })
  )

  it.effect("says at the beginning where the results will be in English", () =>
    Effect.gen(function* () {
      const isSaid = (language: string) =>
        Effect.map(makeInterview({ metadata: { language } }).say("hello"), ({ text }) =>
          text.includes("Your results will be in English")
        )
      assert.deepStrictEqual(yield* Effect.forEach(["zh-Hans", "ja", "de-AT", "en", "el"], isSaid), [
        true,
        true,
        false,
        false,
        false
      ])
    })
  )

  it.effect.each([{ language: "tlh" }, { language: 7 }, { language: "en-GB" }, {}])(
    "asks in English where the metadata are %o",
    (metadata) =>
      Effect.gen(function* () {
        const { text } = yield* makeInterview({ metadata }).say("hello")
        assert.isTrue(text.endsWith(`“${first.text}”`))
        assert.strictEqual(text.includes("no statements in the language “tlh”"), metadata.language === "tlh")
      })
  )

  it.effect("counts no evidence that tells nothing: of unknown items, or without confidence", () =>
    Effect.gen(function* () {
      const interview = makeInterview()
      yield* interview.say("hello")
      const evidence = [
        { itemId: "nope", score: 5, confidence: 1 },
        { itemId: first.id, score: 5, confidence: 0 }
      ]
      interview.add("user", "Look.", { assessment: { evidence } })
      assert.match((yield* interview.say("5")).text, /\(1 answered\)/)
    })
  )

  it.effect("does not count as asked what is none of its items", () =>
    Effect.gen(function* () {
      const interview = makeInterview()
      const other = { assessment: { asks: "an-item-of-nobody" } }
      interview.add("assistant", "And?", other)
      assert.include((yield* interview.say("4")).text, "Hello. I am Nerin")
      interview.add("assistant", "And?", other)
      // The second try, although something else was asked in between.
      assert.include((yield* interview.say("purple")).text, "I could not place that.")
      interview.add("assistant", "And?", other)
      const { asks, text } = yield* interview.say("purple")
      assert.include(text, "so we leave it out")
      assert.deepStrictEqual(
        (yield* interview.say("4")).evidence.map(([itemId]) => itemId),
        [asks?.id.valueOf()]
      )
    })
  )
})

/** All that somebody is asked who answers with `answer`. */
const wholeInterview = Effect.fnUntraced(function* (
  interview: ReturnType<typeof makeInterview>,
  answer: (item: NonNullable<Effect.Effect.Success<ReturnType<typeof interview.say>>["asks"]>) => string
) {
  let last = yield* interview.say("hello")
  while (last.asks !== undefined) {
    assert.isFalse(last.completes)
    last = yield* interview.say(answer(last.asks))
  }
  assert.isTrue(last.completes)
  return last
})

describe("Nerin's last words", () => {
  it.effect("come when every trait is known well enough, and say where the results are", () =>
    Effect.gen(function* () {
      const [person] = simulatedPeople(1, 11)
      assert(person !== undefined)
      const interview = makeInterview()
      const { evidence, text } = yield* wholeInterview(interview, (item) =>
        String(choiceFor(item, person.answer(item).score))
      )
      const found = evidenceIn(interview.messages())
      for (const precision of Object.values(score(found).precision)) assert.isAtLeast(precision, 0.9)
      assert.isBelow(Math.min(...Object.values(score(found.slice(0, -1)).precision)), 0.9)
      assert.isTrue(found.length >= 55 && found.length <= 100, `${found.length}`)
      assert.strictEqual(evidence.length, 1)
      assert.include(text, "I know enough")
      assert.include(text, "/api/assessment/sessions/session_0_000000000000000000000/results")
    })
  )

  it.effect("come after as many items as there may be, and say so", () =>
    Effect.gen(function* () {
      const interview = makeInterview({ rule: { targetPrecision: 0.9, maxItems: 7 } })
      const { text } = yield* wholeInterview(interview, () => "4")
      assert.strictEqual(evidenceIn(interview.messages()).length, 7)
      assert.include(text, "I have no more")
    })
  )

  it.effect("come when no item is left, also to somebody who has answered none", () =>
    Effect.gen(function* () {
      const interview = makeInterview()
      const { evidence, text } = yield* wholeInterview(interview, () => "skip")
      assert.strictEqual(interview.messages().length, 2 * 121)
      assert.deepStrictEqual(evidence, [])
      assert.include(text, "there are no results")
    })
  )

  it.effect.each([
    [{ itemId: first.id, score: 5, confidence: 0 }],
    [{ itemId: "an-item-of-nobody", score: 5, confidence: 1 }],
    // What is taken back.
    [
      { itemId: first.id, score: 5, confidence: 1 },
      { itemId: first.id, score: 5, confidence: 0 }
    ]
  ])("promise no results that there are not, where all evidence is %j", (...evidence) =>
    Effect.gen(function* () {
      const interview = makeInterview({ rule: { ...defaultStoppingRule, maxItems: 1 } })
      yield* interview.say("hello")
      for (const found of evidence.flat())
        interview.add("user", "Look.", { assessment: { evidence: [found] } })
      const { completes, text } = yield* interview.say("skip")
      assert.isTrue(completes)
      assert.include(text, "there are no results")
      assert.strictEqual(score(evidenceIn(interview.messages())).answers, 0)
    })
  )
})

/** What is said at each question. */
const talks = FastCheck.array(
  FastCheck.oneof(
    { weight: 5, arbitrary: FastCheck.constantFrom("1", "2", "3", "4", "5", "often", "not me at all") },
    {
      weight: 2,
      arbitrary: FastCheck.constantFrom("skip", "back", "what?", "stop", "I'm back", "purple", "who are you")
    },
    { weight: 1, arbitrary: FastCheck.string({ unit: "binary", minLength: 1, maxLength: 30 }) }
  ).filter((text) => text.isWellFormed() && !text.includes("\0")),
  { minLength: 1, maxLength: 60 }
)

describe("the same history", () => {
  it.effect.prop(
    "gives the same reply, at any point of any talk, and nothing that is answered is asked but for a change",
    { talk: talks },
    ({ talk }) =>
      Effect.gen(function* () {
        const rule = { ...defaultStoppingRule, maxItems: 20 }
        const interview = makeInterview({ rule })
        for (const text of talk) {
          const { asks, completes, evidence } = yield* interview.say(text)
          assert.isAtMost(evidence.length, 1)
          assert.strictEqual(completes, asks === undefined)
          const isAnswered = evidenceIn(interview.messages()).some((_) => _.itemId === asks?.id)
          assert.isTrue(!isAnswered || evidence.length === 0)
          if (completes) break
        }
        const messages = interview.messages()
        for (const [index, stored] of messages.entries()) {
          if (stored.role === "assistant") {
            const replayed = yield* replyTo(conversationOf(messages.slice(0, index)), rule)
            assert.strictEqual(replayed.text, stored.content)
            assert.deepStrictEqual(replayed.metadata, stored.metadata)
          }
        }
      }),
    { fastCheck: { numRuns: 25 } }
  )
})
