import { findPgbench } from "../pgbench.ts"

/** What is measured, as the report calls it. */
export const names = {
  start: "start",
  append16: "append, 16 connections",
  append64: "append, 64 connections",
  append1000: "append to a session of 1,000, 8 connections",
  send: "send (the agents differ)",
  cold50: "resume 50, cold",
  cold1000: "resume 1,000, cold",
  cold10000: "resume 10,000, cold",
  warm50: "resume 50, warm",
  warm1000: "resume 1,000, warm",
  warm10000: "resume 10,000, warm",
  newest: "newest 50 of 10,000",
  unchanged: "resume 1,000, unchanged (304)",
  list: "list, 50 of 10,000",
  search: "search, a rare word",
  limit: (clients: number) => `append, ${clients} clients`
} as const

/** Who is measured. */
export const contenders = {
  ours: "big ocean",
  grouped: "big ocean, group commit",
  byHand: "by hand",
  mastraServer: "Mastra's server",
  limit: findPgbench() === undefined ? "node-postgres, no server" : "pgbench"
} as const

/** Connections of those who read, and of those who write to long sessions. */
export const readers = 8
/** Of those who read sessions of 10,000 messages. */
export const longReaders = 2
