import { Context } from "effect"

/** How one process writes and reads sessions. */
export class SessionStoreSettings extends Context.Reference<SessionStoreSettings>()(
  "@workspace/database/SessionStoreSettings",
  {
    defaultValue: () => ({
      /** Whether messages that come at the same time are stored by one statement. */
      groupCommit: true,
      /** How much it keeps of the conversations that were read last, and more than once, in bytes; 0 keeps none. */
      historyCacheBytes: 33_554_432
    })
  }
) {}
