import { type Exchange, posting } from "../../test-utils/exchange.ts"
import { type Row, sentinel } from "./row.ts"

/** What a file system, a shell, git or an option would take for something else. */
export const hostileNames: ReadonlyArray<string> = [
  "-rf",
  "--help",
  "../x",
  "a/../../b",
  "..",
  ".",
  ".git",
  "/etc/passwd",
  "~root",
  "$(id)",
  "`id`",
  "a;id",
  "a|id",
  "a&id",
  "*",
  "a b",
  "a\nb",
  "a\0b",
  "a\\b",
  "C:x",
  "con",
  "nul",
  "lpt1",
  "x".repeat(300),
  "größe",
  "\u202Ename",
  "a\u200Db",
  "\uD83D",
  "%2e%2e",
  "a-",
  "name.lock",
  "@{-1}"
]

const hostileBranches: ReadonlyArray<string> = [
  ...hostileNames.filter((name) => name !== "a-"),
  "HEAD",
  "FETCH_HEAD",
  "ORIG_HEAD",
  "MERGE_HEAD",
  "a1".repeat(20),
  "0B".repeat(32),
  "feature/-rf",
  "feature/../main",
  "feature//a",
  "/feature",
  "feature/",
  "feature/.a",
  "feature/a.",
  "feature/a..b",
  "feature/a.lock/b",
  "feature/CON.txt",
  "a~1",
  "a^",
  "a:b",
  "a?",
  "[a]",
  `${"a".repeat(100)}/${"b".repeat(100)}`
]

const shown = (text: string) => JSON.stringify(text.length > 20 ? `${text.slice(0, 20)}…` : text)

const creating = (field: string, value: unknown): Row => ({
  name: `${shown(typeof value === "string" ? value : JSON.stringify(value))} as a workspace's ${field}`,
  send: () => posting("/api/workspaces", { [field]: value }),
  status: 400,
  path: field
})

const id = "3f0c1f5e-7a52-4d0b-9c3e-5b8f6d1a2c47"

const changing = (field: string, what: string, value: unknown): Row => ({
  name: `${what} as a workspace's ${field}`,
  send: (): Exchange => ({ ...posting(`/api/workspaces/${id}`, { [field]: value }), method: "PATCH" }),
  status: 400,
  path: field
})

/** What must not hurt in workspaces. */
export const workspaces: ReadonlyArray<Row> = [
  ...[...hostileNames, "", "Name", "a_b", sentinel.repeat(300), null, 1, [sentinel]].map((name) =>
    creating("name", name)
  ),
  ...[...hostileBranches, "", sentinel.repeat(300), null, 1, [sentinel]].map((branch) =>
    creating("branch", branch)
  ),
  ...["", "../x", `${sentinel}\0`, null].map((agent) => creating("agent", agent)),
  changing("status", "another status", sentinel),
  changing("status", "null", null),
  changing("ptyPid", "0", 0),
  changing("ptyPid", "-1", -1),
  changing("ptyPid", "half a process", 1.5),
  changing("ptyPid", "a text", "4711"),
  changing("ptyPid", "2147483648", 2_147_483_648),
  changing("currentPhase", "nothing", ""),
  changing("currentPhase", "NUL", `${sentinel}\0`),
  changing("currentPhase", "half a character", `${sentinel}\uD83D`),
  changing("currentPhase", "256 bytes", sentinel.repeat(20)),
  changing("currentPhase", "a number", 1),
  changing("metadata", "a text", sentinel),
  changing("metadata", "a list", [sentinel]),
  changing("metadata", "null", null),
  changing("metadata", "NUL", { [`${sentinel}\0`]: 1 }),
  changing("metadata", "half a character", { a: `${sentinel}\uDE00` }),
  changing("metadata", "16,385 characters", { a: "x".repeat(16_384) }),
  changing(
    "metadata",
    "20 levels",
    Array.from({ length: 20 }).reduce<object>((inner) => ({ inner }), {})
  ),
  {
    name: "a prototype as a workspace's metadata",
    send: () => ({
      ...posting(`/api/workspaces/${id}`, `{"metadata":{"__proto__":{"x":"${sentinel}"}}}`),
      method: "PATCH"
    }),
    status: 400,
    path: ""
  },
  {
    name: "another word than true or false for force",
    send: () => ({ method: "DELETE", path: `/api/workspaces/${id}?force=${sentinel}` }),
    status: 400,
    path: "force"
  }
]
