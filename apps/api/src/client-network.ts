import { isIP } from "node:net"
import ipaddr from "ipaddr.js"

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
const withoutPort = (text: string): string => /^\[?(.*?)(?:\]?:\d{1,5}|\])$/.exec(text)?.[1] ?? text

/**
 * What addresses are counted as: an IPv4 address also when it is mapped to IPv6, and for IPv6 the network of /64,
 * within which a caller has as many addresses as it likes.
 */
const networkOf = (text: string): string | undefined => {
  const bare = isIP(text) === 0 ? withoutPort(text) : text
  if (isIP(bare) === 0 || !ipaddr.isValid(bare)) return undefined
  const address = ipaddr.process(bare)
  return address.kind() === "ipv4" ? address.toString() : `${address.toByteArray().slice(0, 8).join(".")}/64`
}

/**
 * The network that a request comes from. A proxy adds to the right of `X-Forwarded-For` whom it got the request
 * from, so that only as many entries from the right are believed as there are proxies of ours. What stands further
 * left the caller may have made up. An entry that is no address ends the list.
 *
 * @param peer the other end of the connection
 * @param forwarded the header as it came
 */
export const clientNetwork = (
  peer: string,
  forwarded: string | undefined,
  trustedProxies: number
): string => {
  const entries = (forwarded ?? "").split(",").toReversed().slice(0, trustedProxies)
  const networks = [peer, ...entries].map((entry) => networkOf(entry.trim()))
  const end = networks.indexOf(undefined)
  return networks.slice(0, end === -1 ? undefined : end).at(-1) ?? "unknown"
}
