const names = new Set(["localhost", "127.0.0.1", "::1", "[::1]"])

/** Whether a host name or address is this machine's own, by whatever of its names. */
export const isLoopback = (host: string): boolean => names.has(host.toLowerCase())
