import { Predicate, type Record } from "effect"

/** A part of the document, of whatever shape. */
export type Json = Record.ReadonlyRecord<string, unknown>

export const isJson: (value: unknown) => value is Json = Predicate.isReadonlyRecord

/** The member of this name, empty when there is none. */
export const member = (node: unknown, name: string): Json => {
  const found = isJson(node) ? node[name] : undefined
  return isJson(found) ? found : {}
}

const prefix = "#/components/schemas/"

/** Which schema of the components a node refers to. */
export const referredSchema = (node: unknown): string | undefined => {
  const reference = isJson(node) ? node["$ref"] : undefined
  return typeof reference === "string" && reference.startsWith(prefix)
    ? reference.slice(prefix.length)
    : undefined
}

/** The schemas that a node allows. */
export const alternatives = (node: unknown): ReadonlyArray<unknown> =>
  isJson(node) && Array.isArray(node["anyOf"]) ? node["anyOf"] : [node]
