package dev.midstream.engines.redirect;

import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.UUID;

/** Nodes and keys for tests. */
final class Nodes {
  static final ClusterKeys KEYS = keys(1);
  static final NodeId A = node(1, 0x1111_1111_1111_4111L);
  static final NodeId B = node(2, 0x2222_2222_2222_4222L);
  static final NodeId C = node(3, 0x3333_3333_3333_4333L);

  private Nodes() {}

  static NodeId node(int address, long life) {
    return new NodeId(NodeAddress.ofIpv4(0x0a090000 + address, 7_801), new UUID(life, ~life));
  }

  static ClusterKeys keys(int first) {
    byte[] octets = new byte[Secret.BYTES];
    octets[0] = (byte) first;
    return new ClusterKeys(new Secret(octets));
  }
}
