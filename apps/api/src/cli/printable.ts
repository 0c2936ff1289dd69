/** A text of somebody else's on one line, with nothing in it that a terminal obeys. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
