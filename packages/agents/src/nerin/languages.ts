/** A language by its code, a BCP 47 tag in small letters, and by its name. */
export interface Language {
  readonly id: string
  readonly name: string
}

const english: Language = { id: "en", name: "English" }

/**
 * The language among `available` that a tag like `de`, `de-AT` or `pt_PT` asks for: itself, else the first that
 * begins with the same primary subtag, else English.
 */
export const languageFor = (available: ReadonlyArray<Language>, tag: string): Language => {
  const wanted = tag.trim().toLowerCase().replaceAll("_", "-")
  const subtag = wanted.split("-")[0]
  // The lists call Norwegian by its collective code.
  const primary = subtag === "nb" || subtag === "nn" ? "no" : subtag
  return (
    available.find(({ id }) => id === wanted) ??
    available.find(({ id }) => id.split("-")[0] === primary) ??
    english
  )
}
