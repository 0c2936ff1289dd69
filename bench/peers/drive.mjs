import "./quiet.mjs"

// One peer in a process of its own, which does what its parent tells it over the IPC channel: one order at a time.

const [, , peer, url, pool] = process.argv
const { open } = await import(`./${peer}.mjs`)
const memory = await open(url, Number(pool))

let texts = []
let made = 0

const threads = (kind, count) => Array.from({ length: count }, (_, n) => `${kind}-${n}`)

/** Some calls at once; the next one begins where one has ended. */
const each = async (items, concurrency, run) => {
  const left = items.entries()
  const worker = async () => {
    for (const [index, item] of left) await run(item, index)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

const seed = async ({ sets, texts: given }) => {
  texts = given
  for (const { count, kind, messages } of sets) {
    await each(threads(kind, count), 4, (id, thread) =>
      messages === 0
        ? memory.create(id)
        : memory.seed(
            id,
            Array.from({ length: messages }, (_, n) => texts[(thread * 31 + n) % texts.length])
          )
    )
  }
  return {}
}

const loaded = async (id, expected) => {
  const count = await memory.load(id)
  if (count !== expected) throw new Error(`${id} has ${count} messages instead of ${expected}`)
}

const operations = {
  create: () => memory.create(`made-${process.pid}-${made++}`),
  append: ({ kind, threads }, turn) => memory.append(`${kind}-${turn % threads}`, texts[turn % texts.length]),
  load: ({ kind, messages, threads }, turn) => loaded(`${kind}-${turn % threads}`, messages)
}

const turns = new Map()

const measure = async ({ concurrency, millis, operation, ...what }) => {
  const run = operations[operation]
  const key = `${operation} ${what.kind}`
  const latencies = []
  const begun = performance.now()
  const cpu = process.cpuUsage()
  const worker = async () => {
    while (performance.now() - begun < millis) {
      const turn = turns.get(key) ?? 0
      turns.set(key, turn + 1)
      const start = performance.now()
      await run(what, turn)
      latencies.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  const elapsedMillis = performance.now() - begun
  const { system, user } = process.cpuUsage(cpu)
  return { latencies, elapsedMillis, cpuMillis: (system + user) / 1_000 }
}

const orders = { seed, measure }

process.on("message", async ({ order, ...what }) => {
  try {
    process.send({ ok: true, ...(await orders[order](what)) })
  } catch (error) {
    process.send({ ok: false, message: `${peer}: ${error instanceof Error ? error.stack : error}` })
  }
})
// Whoever gives the orders is gone.
process.once("disconnect", () => process.exit(0))
process.send({ ok: true })
