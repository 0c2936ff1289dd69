import { assert, describe, it } from "@effect/vitest"
import { type Request, requestIn } from "../nerin/requests.ts"

const said: Readonly<Record<Request | "none", ReadonlyArray<string>>> = {
  skip: [
    "skip",
    "Skip.",
    "pass",
    "next",
    "Next question please",
    "skip it",
    "can we skip this one?",
    "I'd rather not say",
    "prefer not to answer",
    "No comment",
    "I don't want to answer this"
  ],
  back: [
    "back",
    "go back",
    "back please",
    "back now",
    "Go back, please!",
    "go back to the last question please",
    "Back one!",
    "undo",
    "previous question",
    "I want to change my last answer",
    "can I change my answer?",
    "I made a mistake."
  ],
  explain: [
    "help",
    "?",
    "???",
    "What?",
    "what do you mean?",
    "explain this please",
    "I don't understand",
    "sorry i don’t get it",
    "repeat that",
    "Is 5 the highest?",
    "Wie bitte?"
  ],
  introduce: [
    "who are you?",
    "What are you",
    "are you a bot?",
    "Are you human?",
    "are you a real person",
    "and who are you?"
  ],
  pause: [
    "stop",
    "Stop now!",
    "pause",
    "quit",
    "bye",
    "enough",
    "That's enough for today",
    "I need a break",
    "let's stop here",
    "can we pause?",
    "I have to go",
    "I want to stop",
    "later"
  ],
  resume: [
    "hi",
    "Hello again!",
    "hey nerin",
    "I'm back",
    "OK I am ready",
    "continue",
    "let's go",
    "go on",
    "good morning"
  ],
  none: [
    "4",
    "often",
    "no",
    "never",
    "I skip meals",
    "I go back on my word",
    "back pain now and then",
    "I stop when I am tired",
    "I have to go out a lot",
    "I pass exams with ease",
    "helping others is what I do",
    "I'm ready to help others",
    "I love large parties",
    "not at all",
    "",
    "   ",
    "!!",
    `what ${"x".repeat(200)}?`
  ]
}

describe("requestIn", () => {
  for (const [request, texts] of Object.entries(said)) {
    it.each(texts)(`hears ${request} in %j`, (text) => {
      assert.strictEqual(requestIn(text) ?? "none", request)
    })
  }
})
