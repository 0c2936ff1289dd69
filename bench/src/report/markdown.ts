/** Numbers with about three digits. */
export const digits = (value: number): string =>
  value >= 1_000
    ? Math.round(value).toLocaleString("en-US")
    : value >= 100
      ? value.toFixed(0)
      : value >= 10
        ? value.toFixed(1)
        : value.toFixed(2)

/** A table of Markdown whose columns are as wide as they must be; figures stand on the right. */
export const table = (
  heading: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  textColumns = 1
): string => {
  const all = [heading, ...rows]
  const widths = heading.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)))
  const pad = (text: string, column: number) =>
    column < textColumns ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)
  const rule = widths.map((width, column) =>
    column < textColumns ? "-".repeat(width) : `${"-".repeat(width - 1)}:`
  )
  const line = (row: ReadonlyArray<string>) => `| ${row.map(pad).join(" | ")} |`
  const [head, ...body] = all.map(line)
  return [head, `| ${rule.join(" | ")} |`, ...body].join("\n")
}
