import { assert, describe, it } from "@effect/vitest"
import { clientNetwork } from "../client-network.ts"

const peer = "198.51.100.1"

describe("the network of a client", () => {
  it.each([
    ["198.51.100.1", "198.51.100.1"],
    ["::ffff:198.51.100.1", "198.51.100.1"],
    ["::ffff:c633:6401", "198.51.100.1"],
    ["::FFFF:198.51.100.1", "198.51.100.1"],
    ["::1", "0.0.0.0.0.0.0.0/64"],
    ["2001:db8:0:1::1", "32.1.13.184.0.0.0.1/64"],
    ["2001:DB8:0:1:ffff:ffff:ffff:ffff", "32.1.13.184.0.0.0.1/64"],
    ["2001:db8:0:2::1", "32.1.13.184.0.0.0.2/64"],
    ["fe80::1%eth0", "254.128.0.0.0.0.0.0/64"],
    ["", "unknown"]
  ])("of the peer %j alone is %s", (address, expected) => {
    assert.strictEqual(clientNetwork(address, undefined, 0), expected)
    assert.strictEqual(clientNetwork(address, undefined, 2), expected)
  })

  it.each([
    ["203.0.113.1", 0, peer],
    ["203.0.113.1, 203.0.113.2", 0, peer],
    ["203.0.113.1", 1, "203.0.113.1"],
    ["203.0.113.1, 203.0.113.2", 1, "203.0.113.2"],
    ["203.0.113.1,203.0.113.2", 2, "203.0.113.1"],
    ["203.0.113.1 ,\t203.0.113.2 ", 2, "203.0.113.1"],
    ["192.0.2.66, 203.0.113.1, 203.0.113.2", 2, "203.0.113.1"],
    // A list that is shorter than the way is believed to be.
    ["203.0.113.1", 3, "203.0.113.1"],
    ["::ffff:203.0.113.1", 1, "203.0.113.1"],
    ["2001:db8:0:1::1", 1, "32.1.13.184.0.0.0.1/64"],
    ["203.0.113.1:4711", 1, "203.0.113.1"],
    ["[2001:db8:0:1::1]", 1, "32.1.13.184.0.0.0.1/64"],
    ["[2001:db8:0:1::1]:4711", 1, "32.1.13.184.0.0.0.1/64"],
    ["[::ffff:203.0.113.1]:4711", 1, "203.0.113.1"]
  ])("of a request that was forwarded for %j over %i proxies is %s", (header, proxies, expected) => {
    assert.strictEqual(clientNetwork(peer, header, proxies), expected)
  })

  it.each([
    "",
    " ",
    ",",
    "unknown",
    "_hidden",
    "for=203.0.113.1",
    "203.0.113.256",
    "203.0.113",
    "203.0.113.1.1",
    "0x7f.1",
    "2130706433",
    "0300.0.2.1",
    "203.0.113.1/8",
    "203.0.113.1:",
    "203.0.113.1:port",
    "203.0.113.1 203.0.113.2",
    "2001:db8",
    "2001:db8::1::2",
    "[203.0.113.1",
    "localhost",
    "' or 1=1 --",
    "😀",
    "\u0000",
    "9".repeat(16_000),
    "[".repeat(16_000),
    ":1".repeat(8_000)
  ])("is the nearest that is one when %j stands in its place", (garbage) => {
    assert.strictEqual(clientNetwork(peer, garbage, 1), peer)
    assert.strictEqual(clientNetwork(peer, `203.0.113.1, ${garbage}`, 2), peer)
    assert.strictEqual(clientNetwork(peer, `${garbage}, 203.0.113.2`, 2), "203.0.113.2")
    assert.strictEqual(clientNetwork(peer, `${garbage}, 203.0.113.2`, 1), "203.0.113.2")
  })
})
