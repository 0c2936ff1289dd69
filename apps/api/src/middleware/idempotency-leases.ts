import { Duration } from "effect"

/** For how long a run has its key to itself: what its statements may take, each 6 seconds, and its agent. */
export const leases = {
  createSession: Duration.seconds(15),
  // One statement, which may take half a minute, and is tried again when another made the same fork meanwhile.
  forkSession: Duration.seconds(70),
  // One statement, which is tried up to four times, and a second one.
  appendMessage: Duration.seconds(30),
  claimSession: Duration.seconds(15),
  // Three statements, and a minute of the agent.
  sendMessage: Duration.seconds(90),
  // Half a minute of waiting for others in the root, a minute of git, and the statements.
  createWorkspace: Duration.minutes(2),
  // As many sessions as a file holds, and a wait for other files. What is run again finds them stored.
  importSessions: Duration.minutes(10)
}
