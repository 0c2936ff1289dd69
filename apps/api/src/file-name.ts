import type { Session } from "@workspace/domain"
import { create } from "content-disposition"
import { Option } from "effect"

/** Line breaks and other signs that nobody sees, and those that turn the direction of what comes after them. */
const invisible = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu
/** What some system takes for something else in the name of a file. */
const meaningful = /[<>:"/\\|?*]/g
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

const maxBytes = 200

/** The beginning of a text, as long as systems let names be. */
const cut = (text: string): string => {
  let [kept, bytes] = ["", 0]
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) return kept
    kept += character
  }
  return kept
}

const nameOf = (title: string): Option.Option<string> => {
  const clean = title.replaceAll(invisible, " ").replaceAll(meaningful, "_").replaceAll(/\s+/g, " ")
  const name = cut(clean.replace(/^[ .]+/, "")).replace(/[ .]+$/, "")
  return name === "" || device.test(name) ? Option.none() : Option.some(name)
}

const isAscii = (text: string) => /^[\x20-\x7e]*$/.test(text)

/** A `content-disposition` with the title as the name of a file, or else the id, which is also for who knows ASCII only. */
export const dispositionOf = ({ id, title }: Pick<Session, "id" | "title">): string => {
  const plain = `${id}.json`
  const name = Option.match(Option.flatMap(title, nameOf), {
    onNone: () => plain,
    onSome: (_) => `${_}.json`
  })
  return isAscii(name) ? create(name) : create(name, { fallback: plain })
}

/** That of a file with all sessions. */
export const dispositionOfAll = (suffix: ".ndjson" | ".ndjson.gz"): string =>
  create(`big-ocean-sessions${suffix}`)
