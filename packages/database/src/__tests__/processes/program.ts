import { fileURLToPath } from "node:url"

/** For `startProcess`, with one of the roles of main.ts. */
export const program = fileURLToPath(new URL("./main.ts", import.meta.url))
