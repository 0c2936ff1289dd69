import { assert, describe, expectTypeOf, it } from "@effect/vitest"
import { Arbitrary, FastCheck, Option, Schema } from "effect"
import {
  AssessmentNote,
  CallerMetadata,
  Evidence,
  evidenceIn,
  ItemId,
  itemsAsked
} from "../types/evidence.ts"
import { JsonObject } from "../types/json.ts"
import type { AppendMessage } from "../types/session-input.ts"

const [a, b, c] = [ItemId.make("a"), ItemId.make("b"), ItemId.make("c")]
const evidence = (itemId: string, score: number, confidence = 1) =>
  new Evidence({ itemId: ItemId.make(itemId), score, confidence })
const note = (asks: string | null, ...found: ReadonlyArray<Evidence>) =>
  new AssessmentNote({ asks: Option.map(Option.fromNullable(asks), (_) => ItemId.make(_)), evidence: found })

describe("AssessmentNote", () => {
  it("comes back from the metadata of a message", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(AssessmentNote), (_) => {
        assert.deepStrictEqual(AssessmentNote.of(_), Option.some(_))
        assert.deepStrictEqual(
          AssessmentNote.of({ metadata: { ..._.metadata, mood: "fine" } }),
          Option.some(_)
        )
      })
    )
  })

  it("is written plainly", () => {
    assert.deepStrictEqual(note("a", evidence("b", 4, 0.8)).metadata, {
      assessment: { asks: "a", evidence: [{ itemId: "b", score: 4, confidence: 0.8 }] }
    })
  })

  it("is none in whatever else a message's metadata holds", () => {
    const assessments = [
      null,
      "a",
      7,
      [],
      { asks: 7 },
      { asks: "" },
      { asks: "a", evidence: null },
      { evidence: [{ itemId: "a", score: 6, confidence: 1 }] },
      { evidence: [{ itemId: "a", score: 2.5, confidence: 1 }] },
      { evidence: [{ itemId: "a", score: 3, confidence: 1.01 }] },
      { evidence: [{ itemId: "a", score: 3 }] },
      { evidence: [evidence("a", 3), { itemId: "b", score: "3", confidence: 1 }] }
    ]
    for (const assessment of assessments) {
      assert.deepStrictEqual(AssessmentNote.of({ metadata: { assessment } }), Option.none())
    }
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(JsonObject), (metadata) => {
        assert.deepStrictEqual(evidenceIn([{ metadata }, { metadata: { assessment: metadata } }]), [])
      })
    )
  })
})

describe("metadata of a caller", () => {
  const isTaken = Schema.is(CallerMetadata)

  it("hold no note of an assessment, whatever stands in it", () => {
    assert.isTrue(isTaken({ mood: { assessment: 1 } }))
    for (const assessment of [note("a").metadata["assessment"], {}, null]) {
      assert.isFalse(isTaken({ mood: "fine", assessment }))
    }
  })

  it("are all that callers can append", () => {
    expectTypeOf<JsonObject>().not.toExtend<AppendMessage["metadata"]>()
    expectTypeOf<AssessmentNote["metadata"]>().not.toExtend<AppendMessage["metadata"]>()
  })
})

describe("a history", () => {
  const history = [
    note("a"),
    note(null, evidence("a", 2)),
    { metadata: { assessment: "something else" } },
    note("b", evidence("c", 5)),
    note("a", evidence("b", 1)),
    note(null, evidence("a", 4, 0.8)),
    note("b")
  ]

  it("has the items that were asked, each once, in order", () => {
    assert.deepStrictEqual(itemsAsked(history), [a, b])
    assert.deepStrictEqual(itemsAsked([]), [])
  })

  it("has the latest evidence of each item, in the order of the latest", () => {
    assert.deepStrictEqual(evidenceIn(history), [evidence("c", 5), evidence("b", 1), evidence("a", 4, 0.8)])
    assert.deepStrictEqual(evidenceIn(history.slice(0, 4)), [evidence("a", 2), evidence("c", 5)])
    assert.strictEqual(evidenceIn(history)[0]?.itemId, c)
  })

  it("has of a message that tells twice about an item the second", () => {
    assert.deepStrictEqual(evidenceIn([note(null, evidence("a", 1), evidence("a", 5))]), [evidence("a", 5)])
  })
})
