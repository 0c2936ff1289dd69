import { type SQL, sql } from "drizzle-orm"
import type { Client } from "../client.ts"
import { answers, said } from "./session-progress.ts"
import type { lockSession } from "./session-statements.ts"

/**
 * The step that looks at the messages of a locked session which are not counted yet, and at the last one that is: mostly
 * that one alone, which the next may be an answer to. Whoever waited for the lock does not see what was written
 * meanwhile, and leaves it to be counted later.
 */
export const lookAtLast = (client: Client, found: ReturnType<typeof lockSession>) => {
  const seen = client
    .select({
      answers: answers.as("seen_answers"),
      last: sql<number | null>`max(sequence)`.as("seen_last"),
      isQuestion: sql<boolean | null>`bool_or(role = 'assistant' and role_after is null)`.as(
        "seen_is_question"
      )
    })
    .from(said(found.id, found.questionsThrough, found.messageCount))
    .as("seen")
  return client.$with("looked").as(
    client
      .select({
        id: found.id,
        messageCount: found.messageCount,
        questionCount: found.questionCount,
        questionsThrough: found.questionsThrough,
        ...seen._.selectedFields
      })
      .from(found)
      .innerJoinLateral(seen, sql`true`)
  )
}

/**
 * The counts of a session to which a message of this role is added. All are those of the locked row: PostgreSQL checks
 * the constraints once also of what it makes of the row as it was before somebody else's change.
 */
export const countsWith = (looked: ReturnType<typeof lookAtLast>, role: SQL) => {
  const { answers, isQuestion, last, messageCount, questionCount, questionsThrough } = looked
  const isSeen = sql`coalesce(${last}, 0) = ${messageCount}`
  return {
    messageCount: sql`${messageCount} + 1`,
    questionCount: sql`${questionCount} + ${answers}
      + (${isSeen} and coalesce(${isQuestion}, false) and ${role}::text = 'user')::int`,
    questionsThrough: sql`case when ${isSeen} then ${messageCount} + 1 else coalesce(${last}, ${questionsThrough}) end`
  }
}
