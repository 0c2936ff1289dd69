/** A refused request names every field that is wrong, not the first alone. */
export const parseOptions = { errors: "all" } as const
