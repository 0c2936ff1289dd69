interface Series {
  readonly name: string
  readonly color: string
  readonly points: ReadonlyArray<{ readonly at: number; readonly value: number }>
}

export interface Chart {
  readonly title: string
  /** What lies along the x axis, each at its own place however far apart the numbers are. */
  readonly axis: string
  readonly series: ReadonlyArray<Series>
}

const size = { width: 420, height: 280, left: 64, right: 36, top: 46, bottom: 56 }
const plot = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom }

const text = (x: number, y: number, content: string, more = "") =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${content}</text>`

/** The power of ten at or above a value, and two decades below the least one at most. */
const scaleOf = (values: ReadonlyArray<number>) => {
  const top = Math.ceil(Math.log10(Math.max(...values)))
  const bottom = Math.min(top - 1, Math.floor(Math.log10(Math.min(...values))))
  return {
    ticks: Array.from({ length: top - bottom + 1 }, (_, n) => 10 ** (bottom + n)),
    y: (value: number) => size.top + plot.height * (1 - (Math.log10(value) - bottom) / (top - bottom))
  }
}

const drawOne = ({ axis, series, title }: Chart) => {
  const places = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at)))].sort(
    (a, b) => a - b
  )
  const x = (at: number) => size.left + (plot.width * places.indexOf(at)) / Math.max(1, places.length - 1)
  const scale = scaleOf(series.flatMap(({ points }) => points.map(({ value }) => value)))
  const grid = scale.ticks.map(
    (tick) =>
      `<line x1="${size.left}" x2="${size.width - size.right}" y1="${scale.y(tick).toFixed(1)}" y2="${scale.y(tick).toFixed(1)}" stroke="#ddd"/>${text(size.left - 8, scale.y(tick) + 4, tick.toLocaleString("en-US"), 'text-anchor="end"')}`
  )
  const labels = places.map((place) =>
    text(x(place), size.height - size.bottom + 18, place.toLocaleString("en-US"), 'text-anchor="middle"')
  )
  const drawn = series.flatMap(({ color, name, points }, index) => [
    `<polyline fill="none" stroke="${color}" stroke-width="2" points="${points.map(({ at, value }) => `${x(at).toFixed(1)},${scale.y(value).toFixed(1)}`).join(" ")}"/>`,
    ...points.map(
      ({ at, value }) =>
        `<circle cx="${x(at).toFixed(1)}" cy="${scale.y(value).toFixed(1)}" r="3" fill="${color}"/>`
    ),
    text(size.left + 4 + index * 110, size.top - 8, name, `fill="${color}"`)
  ])
  return [
    ...grid,
    ...labels,
    ...drawn,
    text(size.left, 18, title, 'font-weight="bold"'),
    text(size.left + plot.width / 2, size.height - 14, axis, 'text-anchor="middle"')
  ].join("\n")
}

/** Charts beside each other, on logarithmic scales. */
export const draw = (charts: ReadonlyArray<Chart>): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width * charts.length} ${size.height}" width="${size.width * charts.length}" height="${size.height}" font-family="sans-serif" font-size="12" role="img" aria-labelledby="title">`,
    `<title id="title">${charts.map(({ axis, title }) => `${title}: ${axis}`).join("; ")}</title>`,
    '<rect width="100%" height="100%" fill="white"/>',
    ...charts.map(
      (chart, index) => `<g transform="translate(${size.width * index})">\n${drawOne(chart)}\n</g>`
    ),
    "</svg>\n"
  ].join("\n")
