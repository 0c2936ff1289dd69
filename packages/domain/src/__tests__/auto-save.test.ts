import { assert, describe, it } from "@effect/vitest"
import { DateTime, Option } from "effect"
import { dueAt, shouldAutoSave } from "../services/auto-save.ts"
import type { SessionStatus } from "../types/session.ts"

const at = (seconds: number) => DateTime.unsafeMake(seconds * 1_000)

/** What was saved with so many answers, and at what second the session was changed last by then. */
const saved = (questionCount: number, changedAt = 0, status: SessionStatus = "active") =>
  Option.some({ questionCount, updatedAt: at(changedAt), status })
const never = Option.none()

const session = (status: SessionStatus, questionCount: number, changedAt = 100) => ({
  status,
  questionCount,
  updatedAt: at(changedAt)
})

describe("a session is saved by itself", () => {
  it.each([
    ["before the first answers", session("active", 4), never, 5, false],
    ["after the first answers", session("active", 5), never, 5, true],
    ["after more than those, if that was missed", session("active", 9), never, 5, true],
    ["soon after a save", session("active", 9), saved(5), 5, false],
    ["after as many answers again", session("active", 10), saved(5), 5, true],
    ["after each answer, as asked", session("active", 6), saved(5), 1, true],
    ["without a new answer", session("active", 5), saved(5), 1, false],
    ["where the file knows more answers", session("active", 2), saved(50), 5, false],
    ["where it goes on again after a pause", session("active", 7), saved(7), 5, false],
    ["never, as asked", session("active", 50), never, 0, false],
    ["never, not even at the end", session("completed", 50), never, 0, false],
    ["when it is paused, whatever was answered", session("paused", 0), never, 5, true],
    ["when it is paused after a save", session("paused", 6), saved(5, 99), 5, true],
    ["when it is completed", session("completed", 6), saved(5, 99), 5, true],
    ["when it is aborted", session("aborted", 6), saved(5, 99), 5, true],
    ["once for each pause", session("paused", 6), saved(6, 100, "paused"), 5, false],
    ["when it is changed while it is paused", session("paused", 6, 101), saved(6, 100, "paused"), 5, true],
    [
      "when its end has not moved the time of its last change",
      session("completed", 6),
      saved(6, 100),
      5,
      true
    ],
    ["over a file of a later state", session("paused", 6, 99), saved(6, 100, "paused"), 5, false],
    ["where it was removed, and is back as it was before", session("active", 10), saved(500, 99), 5, true],
    ["over a file that knows more answers and is later", session("active", 10), saved(500, 101), 5, false]
  ] as const)("%s: %o, %o, %i: %s", (_, current, lastSave, interval, expected) => {
    assert.strictEqual(shouldAutoSave(current, lastSave, interval), expected)
  })
})

describe("the next answer after which it can be due", () => {
  it.each([
    // The agent asks in message 2; answers are 3, 5, 7, 9 and 11, after which it says 12.
    [{ messageCount: 2, questionCount: 0 }, never, 5, 12],
    [{ messageCount: 10, questionCount: 4 }, never, 5, 12],
    [{ messageCount: 12, questionCount: 5 }, saved(5), 5, 22],
    [{ messageCount: 14, questionCount: 6 }, saved(5), 5, 22],
    [{ messageCount: 4, questionCount: 1 }, saved(5), 5, 12],
    [{ messageCount: 4, questionCount: 1 }, saved(500, 101), 5, 14],
    [{ messageCount: 2, questionCount: 0 }, never, 1, 4],
    [{ messageCount: 2, questionCount: 0 }, never, 0, Number.POSITIVE_INFINITY]
  ] as const)("of %o after %o, every %i: %d", (current, lastSave, interval, expected) => {
    assert.strictEqual(dueAt({ ...current, updatedAt: at(100) }, lastSave, interval), expected)
  })
})
