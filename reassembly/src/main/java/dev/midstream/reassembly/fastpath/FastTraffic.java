package dev.midstream.reassembly.fastpath;

import dev.midstream.wire.fastpath.FlowEntry;

/**
 * What passed of a connection without its engine.
 *
 * @param clientPackets packets of the client; a super-segment counts as one
 * @param clientOctets their payload octets
 * @param serverPackets packets of the server
 * @param serverOctets their payload octets
 */
public record FastTraffic(
    long clientPackets, long clientOctets, long serverPackets, long serverOctets) {
  static FastTraffic of(FlowEntry client, FlowEntry server) {
    return new FastTraffic(client.packets(), client.octets(), server.packets(), server.octets());
  }
}
