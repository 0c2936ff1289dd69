import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { assert } from "@effect/vitest"
import { Workspace, WorkspaceList, WorkspaceRestore } from "@workspace/domain"
import { Effect, Schema } from "effect"
import { type Exchange, posting, type Reply } from "./exchange.ts"

const on = <A, I>(schema: Schema.Schema<A, I>, status: number) => {
  const decode = Schema.decodeUnknown(Schema.encodedSchema(schema))
  return (reply: Reply) => {
    assert.strictEqual(reply.status, status, reply.text)
    return decode(reply.body)
  }
}

const asWorkspace = on(Workspace, 200)
export const asCreated = on(Workspace, 201)
const asWorkspaces = on(WorkspaceList, 200)
const asRestore = on(WorkspaceRestore, 200)

const workspace = (id: string) => `/api/workspaces/${id}`

/** The requests to the workspaces' operations, however they are sent. */
export const workspaceCaller = <E, R>(send: (exchange: Exchange) => Effect.Effect<Reply, E, R>) => {
  const post = (fields: object = {}, headers: Readonly<Record<string, string>> = {}) =>
    send(posting("/api/workspaces", fields, headers))
  const patch = (id: string, fields: object) => send({ ...posting(workspace(id), fields), method: "PATCH" })
  const remove = (id: string, query = "") => send({ method: "DELETE", path: `${workspace(id)}${query}` })
  return {
    send,
    post,
    patch,
    remove,
    read: (id: string) => send({ path: workspace(id) }),
    create: (fields?: object) => Effect.flatMap(post(fields), asCreated),
    get: (id: string) => Effect.flatMap(send({ path: workspace(id) }), asWorkspace),
    update: (id: string, fields: object) => Effect.flatMap(patch(id, fields), asWorkspace),
    touch: (id: string) => Effect.flatMap(send(posting(`${workspace(id)}/activity`, "")), asWorkspace),
    destroy: (id: string, query = "") =>
      Effect.map(remove(id, query), ({ status, text }) => assert.strictEqual(status, 204, text)),
    list: Effect.flatMap(send({ path: "/api/workspaces" }), asWorkspaces),
    restore: Effect.flatMap(send(posting("/api/workspaces/restore", "")), asRestore)
  }
}

const Snapshot = Schema.Struct({
  version: Schema.Literal("1.0"),
  sessions: Schema.Array(Schema.encodedSchema(Workspace))
})

export const snapshotName = ".claude-container-sessions.json"

/** What the snapshot file of a root says, which has to be whole. */
export const snapshotOf = (root: string) =>
  Effect.promise(() => readFile(join(root, snapshotName), "utf8")).pipe(
    Effect.flatMap(Schema.decode(Schema.parseJson(Snapshot))),
    Effect.map(({ sessions }) => sessions)
  )
