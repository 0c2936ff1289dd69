import type { Variant } from "./variant.ts"

/** Other queries. */
export const searches: ReadonlyArray<Variant> = [
  "",
  "?",
  "a",
  "a=",
  "=a",
  "&",
  "a=1&a=1",
  "a=1&A=2",
  "a=1;b=2",
  "a=%",
  "a=%FF",
  "%61=1",
  "a[]=1",
  "a[b]=1",
  "a+b=1",
  "a?b=?",
  "?limit=0",
  "limit=1?",
  "limit=1?x",
  "limit=x?limit=1",
  "productName=%FFx",
  "productName=who?me",
  "__proto__=1",
  "__proto__[x]=1",
  "constructor=1",
  "toString",
  "limit=1",
  "limit=1&limit=2",
  "limit=",
  "limit",
  "limit=x",
  "limit=%31",
  "limit=+1",
  "limit=1e1",
  "limit=0",
  "limit=201",
  "offset=0&limit=2",
  "after=0",
  "after=1&before=2",
  "status=active",
  "status=active&status=paused",
  "q=a+b%20c",
  "q=%00",
  "q=%F0%9F%98%80",
  "createdAfter=1970-01-01T00:00:00Z",
  "cursor=x",
  "agent=nerin&agent=nerin",
  "userId=bob",
  "#x",
  "limit=1#x"
].map(
  (search): Variant => [
    `the query ?${search}`,
    (request) => ({ ...request, target: `${request.target.split("?", 1)}?${search}` })
  ]
)

/** Other paths. */
export const targets: ReadonlyArray<Variant> = [
  ["a trailing slash", (target: string) => `${target}/`],
  ["two slashes before it", (target: string) => `/${target}`],
  ["two slashes in it", (target: string) => target.replace("/api/", "/api//")],
  ["two slashes at its end", (target: string) => target.replace(/\/(?=[^/]*$)/, "//")],
  ["capitals", (target: string) => target.toUpperCase()],
  ["an encoded letter", (target: string) => target.replace("s", "%73")],
  ["an encoded slash", (target: string) => target.replace(/\/(?=[^/]*$)/, "%2F")],
  ["an encoded percent", (target: string) => `${target}%25`],
  ["a bad escape", (target: string) => `${target}%`],
  ["a dot segment", (target: string) => target.replace("/api/", "/api/./")],
  ["two dots", (target: string) => target.replace("/api/", "/api/x/../")],
  ["a semicolon", (target: string) => `${target};a=b`],
  ["a semicolon in it", (target: string) => target.replace(/(\d)\/|(s)$/, "$1$2;a=b/")],
  ["a fragment in it", (target: string) => target.replace(/(\d)\/|(s)$/, "$1$2#x/")],
  ["bytes beyond ASCII", (target: string) => `${target}\u00e9`],
  ["a long segment", (target: string) => `${target}${"x".repeat(5_000)}`],
  ["a fragment", (target: string) => `${target}#x`],
  ["the absolute form", (target: string) => `http://127.0.0.1${target}`],
  ["the absolute form of another host", (target: string) => `http://other.example${target}`],
  ["no slash before it", (target: string) => target.slice(1)],
  ["a star", () => "*"],
  ["a question mark alone", () => "?"]
].map(
  ([name, of]): Variant => [
    `a path with ${name}`,
    (request) => ({ ...request, target: typeof of === "function" ? of(request.target) : request.target })
  ]
)
