import { Effect } from "effect"

export const say = (line: string) => Effect.sync(() => void process.stdout.write(`${line}\n`))
