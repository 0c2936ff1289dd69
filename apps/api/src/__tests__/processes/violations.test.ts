import { assert, describe, it } from "@effect/vitest"
import { type Evidence, violations } from "./violations.ts"

const messages = [1, 2, 3, 4].map((sequence) => ({ id: `m${sequence}`, sequence }))

const faultless: Evidence = {
  acknowledged: messages.slice(1),
  writers: [
    ["m1", "m3"],
    ["m2", "m4"]
  ],
  reads: [[], ["m1"], ["m1", "m2", "m3", "m4"]],
  final: { messageCount: 4, messages }
}

// The checks of the other files are worth as much as this one.
describe("violations", () => {
  it("finds none where there are none", () => {
    assert.deepStrictEqual(violations(faultless), [])
  })

  it.each<[string, Partial<Evidence>]>([
    ["a gap", { final: { messageCount: 3, messages: messages.filter(({ id }) => id !== "m1") } }],
    ["a duplicate", { final: { messageCount: 5, messages: [...messages, { id: "m4", sequence: 5 }] } }],
    [
      "a sequence given twice",
      { final: { messageCount: 5, messages: [...messages, { id: "m5", sequence: 4 }] } }
    ],
    ["a wrong count", { final: { messageCount: 5, messages } }],
    ["an acknowledged message that is gone", { acknowledged: [{ id: "m5", sequence: 5 }] }],
    ["an acknowledged message elsewhere", { acknowledged: [{ id: "m1", sequence: 2 }] }],
    ["a writer's message that is gone", { writers: [["m1", "m5"]] }],
    ["a writer's order that is not kept", { writers: [["m3", "m1"]] }],
    ["a read with a hole", { reads: [["m1", "m3"]] }],
    ["a read of what is gone", { reads: [["m1", "m2", "m3", "m4", "m5"]] }]
  ])("finds %s", (_, change) => {
    assert.isNotEmpty(violations({ ...faultless, ...change }))
  })
})
