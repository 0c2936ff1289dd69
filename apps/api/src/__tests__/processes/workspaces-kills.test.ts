import { watch } from "node:fs"
import { mkdir, readdir } from "node:fs/promises"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { freshDatabase } from "@workspace/database/test-utils"
import { Array, Effect, Random, Schedule } from "effect"
import type { Pool } from "pg"
import { inject } from "vitest"
import { git, makeRepository } from "../../test-utils/git-repository.ts"
import { snapshotName, snapshotOf } from "../../test-utils/workspace-caller.ts"
import type * as BigOcean from "./big-ocean.ts"
import { Built } from "./built.ts"
import { poolOf } from "./pool.ts"
import { checkWhole, type Served, serve } from "./workspaces.ts"
import { emptyRecord, type Record, work } from "./workspaces-at-work.ts"

const roots = 3
const kills = 10
const maximum = 4

const isMade = { folder: ".worktrees", name: /^[0-9a-f-]{36}$/ }

/** What is seen in a root while something is done in it: of each a name of a file in a folder. */
const moments = [
  isMade,
  isMade,
  { folder: ".worktrees", name: /^\.removing-/ },
  { folder: "", name: /\.tmp$/ }
]

/** Waits until a file of this name comes or goes. */
const seenIn = (root: string, { folder, name }: typeof isMade) =>
  Effect.async<void>((resume) => {
    const watcher = watch(join(root, folder), (_, file) => {
      if (name.test(file ?? "")) resume(Effect.void)
    })
    return Effect.sync(() => watcher.close())
  })

/** A moment in the middle of something: mostly soon after something is seen, sometimes long after that. */
const anyMoment = Effect.fnUntraced(function* (root: string, record: Record) {
  const moment = moments[yield* Random.nextIntBetween(0, moments.length)] ?? isMade
  const least = record.acknowledged + (yield* Random.nextIntBetween(1, 6))
  const answered = (count: number) =>
    Effect.repeat(Effect.sleep("1 millis"), { until: () => record.acknowledged >= count })
  yield* answered(least)
  yield* Effect.raceFirst(seenIn(root, moment), answered(least + 20))
  yield* Effect.sleep((yield* Random.next) ** 3 * record.lastMillis)
})

/** Reads the snapshot file again and again: at each moment, from the first on, it is whole. */
const watchSnapshot = (root: string, record: Record) =>
  Effect.promise(() => readdir(root)).pipe(
    Effect.repeat({ until: (names) => names.includes(snapshotName), schedule: Schedule.spaced("1 millis") }),
    Effect.zipRight(
      Effect.forever(
        Effect.zipRight(
          snapshotOf(root),
          Effect.sync(() => (record.reads += 1))
        ).pipe(Effect.delay("1 millis"))
      )
    )
  )

const checkStore = Effect.fnUntraced(function* (
  pool: Pool,
  ids: ReadonlyArray<string>,
  unmade: ReadonlyArray<string>
) {
  const { rows } = yield* Effect.promise(() =>
    pool.query<{ id: string; slot: number }>(
      "select id, slot from workspace_sessions where making is null and slot between 1 and $1",
      [maximum]
    )
  )
  assert.sameMembers(
    rows.map(({ id }) => id),
    [...ids]
  )
  const all = yield* Effect.promise(() => pool.query("select id from workspace_sessions"))
  assert.lengthOf(all.rows, ids.length)
  // Nothing is left of the conversation of one that was not made.
  const left = yield* Effect.promise(() =>
    pool.query("select title from sessions where title = any($1)", [[...unmade]])
  )
  assert.deepStrictEqual(left.rows, [])
})

/** What a start after a kill has made of it. */
const check = Effect.fnUntraced(function* (root: string, pool: Pool, served: Served, record: Record) {
  const sessions = yield* checkWhole(root, served)
  const { alive, destroyed, unmade, unsure } = record
  const found = new Map(sessions.map((session) => [session.id, session]))
  for (const { id, name, phases } of [...alive.values(), ...unsure.values()]) {
    const session = found.get(id)
    if (session === undefined) {
      assert.isTrue(unsure.has(id), `${name} is lost`)
      continue
    }
    assert.deepInclude(session, { name, status: "idle", ptyPid: null, branch: `feature/${name}` })
    assert.include(phases, session.currentPhase)
  }
  for (const { id, name, ptyPid, sessionId, status } of sessions) {
    assert.isFalse(destroyed.has(id), `${name} is back`)
    assert.isTrue(alive.has(id) || unsure.has(id) || unmade.has(name), `${name} comes from nowhere`)
    assert.deepStrictEqual([status, ptyPid], ["idle", null])
    assert.isString(sessionId)
  }
  const names = new Set<string>(sessions.map(({ name }) => name))
  const gone = [...unmade, ...record.refused].filter((name) => !names.has(name))
  yield* checkStore(pool, [...found.keys()], gone)
  const branches = yield* git(root, "for-each-ref", "--format=%(refname:lstrip=3)", "refs/heads/feature")
  for (const name of gone) assert.notInclude(branches.split("\n"), name)
  assert.deepStrictEqual(yield* git(root, "status", "--porcelain"), "")

  record.alive.clear()
  record.unmade.clear()
  record.unsure.clear()
  for (const { currentPhase, id, name } of sessions)
    record.alive.set(id, { id, name, phases: [currentPhase] })
})

const killAgain = Effect.fnUntraced(function* (
  root: string,
  pool: Pool,
  options: BigOcean.Options,
  record: Record
) {
  for (const _ of Array.range(1, kills)) {
    yield* Effect.gen(function* () {
      const served = yield* serve(options)
      yield* check(root, pool, served, record)
      const killed = Effect.zipRight(anyMoment(root, record), served.kill)
      const [ends] = yield* Effect.zip(work(served, record, 3), killed, { concurrent: true })
      for (const error of ends) assert.strictEqual(error._tag, "NoAnswerError", served.output())
    }).pipe(Effect.scoped)
  }
  const served = yield* serve(options)
  yield* check(root, pool, served, record)

  // The slots that are free can be had, and no more.
  const { count } = yield* served.list
  yield* Effect.replicateEffect(served.create(), maximum - count)
  assert.strictEqual((yield* served.post()).status, 409)
  for (const { id } of (yield* served.list).sessions) yield* served.destroy(id)
  assert.deepStrictEqual(yield* checkWhole(root, served), [])
})

const surviveKills = Effect.fnUntraced(function* (program: ReadonlyArray<string>) {
  const root = yield* makeRepository
  yield* Effect.promise(() => mkdir(join(root, ".worktrees")))
  const url = yield* freshDatabase(inject("postgresUrl"))
  const pool = yield* poolOf(url)
  const env = { DATABASE_URL: url, WORKSPACE_ROOT: root, WORKSPACE_MAX_SESSIONS: String(maximum) }
  const record = emptyRecord()
  yield* Effect.raceFirst(killAgain(root, pool, { env, program }, record), watchSnapshot(root, record))
  assert.isAbove(record.reads, kills)
  assert.isAbove(record.count, kills)
})

layer(Built.layer, { excludeTestServices: true })("workspaces", (it) => {
  it.scoped("are whole after every start, whenever the process is killed", () =>
    Effect.gen(function* () {
      const { program } = yield* Built
      yield* Effect.replicateEffect(surviveKills(program), roots, { concurrency: roots })
    })
  )
})
