import type { IncomingMessage } from "node:http"

/** Bodies that were read ahead of the platform, for whoever takes the request over. */
const readAhead = new WeakMap<IncomingMessage, Buffer>()

export const bodyReadAhead = (source: IncomingMessage): Buffer | undefined => readAhead.get(source)

/** Gives the request to the platform, which finds its body here. */
export const keepBody = (source: IncomingMessage, body: Buffer): void => {
  readAhead.set(source, body)
}

/**
 * Reads a body whose length is known and within the limit. The end is told once, and not at all of a request that is given up.
 */
export const readWhole = (source: IncomingMessage, done: (body: Buffer) => void): void => {
  const chunks: Array<Buffer> = []
  source.on("data", (chunk: Buffer) => chunks.push(chunk))
  source.once("end", () => {
    const [first] = chunks
    done(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks))
  })
}
