/**
 * The arguments of a command line as the parser wants them: what is imported after the options. People write it before
 * them, too.
 */
export const inOrder = (argv: ReadonlyArray<string>): Array<string> => {
  const [node = "", program = "", command, file, ...options] = argv
  return command === "import" && file !== undefined && (file === "-" || !file.startsWith("-"))
    ? [node, program, command, ...options, file]
    : [...argv]
}
