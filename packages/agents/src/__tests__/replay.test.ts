import { assert, describe, it } from "@effect/vitest"
import {
  AssessmentNote,
  type Evidence,
  evidenceIn,
  type ItemId,
  itemsAsked,
  type Message
} from "@workspace/domain"
import { FastCheck, Option } from "effect"
import { items } from "../nerin/item-bank.ts"
import { nextItem } from "../nerin/item-selection.ts"
import { score } from "../nerin/scorer.ts"
import { simulatedPeople } from "./simulation.ts"

type Noted = Pick<Message, "metadata">

const question = (itemId: ItemId): Noted => new AssessmentNote({ asks: Option.some(itemId) })
const answer = (evidence: Evidence): Noted =>
  new AssessmentNote({ asks: Option.none(), evidence: [evidence] })

/** What happens at each question: it is answered, corrected later, left open, or something else is said. */
const courses = FastCheck.array(
  FastCheck.constantFrom("answer", "answer", "answer", "correct", "silence", "talk"),
  {
    minLength: 1,
    maxLength: 40
  }
)

describe("a replay", () => {
  it("of any part of a transcript gives the precision and the next item that were found at the time", () => {
    const [person] = simulatedPeople(1, 5)
    FastCheck.assert(
      FastCheck.property(courses, (course) => {
        const transcript: Array<Noted> = []
        const live: Array<ReturnType<typeof observe>> = []
        const latest = new Map<ItemId, Evidence>()
        const asked: Array<ItemId> = []
        const observe = () => ({
          precision: score(latest.values()).precision,
          next: Option.map(nextItem(Array.from(latest.values()), asked), (_) => _.id)
        })
        const say = (message: Noted) => {
          transcript.push(message)
          live.push(observe())
        }
        const tell = (evidence: Evidence) => {
          latest.set(evidence.itemId, evidence)
          say(answer(evidence))
        }
        for (const turn of course) {
          const next = nextItem(Array.from(latest.values()), asked)
          const item = Option.getOrUndefined(next)
          if (item === undefined || person === undefined) break
          asked.push(item.id)
          say(question(item.id))
          if (turn === "talk") say({ metadata: { assessment: "none of yours", mood: { itemId: item.id } } })
          if (turn === "answer" || turn === "correct") tell(person.answer(item))
          if (turn === "correct") for (const first of items.slice(0, 1)) tell(person.answer(first))
        }
        transcript.forEach((_, index) => {
          const prefix = transcript.slice(0, index + 1)
          const evidence = evidenceIn(prefix)
          assert.deepStrictEqual(score(evidence).precision, live[index]?.precision)
          assert.deepStrictEqual(
            Option.map(nextItem(evidence, itemsAsked(prefix)), (_) => _.id),
            live[index]?.next
          )
        })
      }),
      { numRuns: 25 }
    )
  })
})
