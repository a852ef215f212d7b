package dev.midstream.jgroups.group;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jgroups.Address;
import org.jgroups.util.ExtendedUUID;
import org.jspecify.annotations.Nullable;

/**
 * Lives of nodes as addresses of the group layer: the incarnation is the address, and the address
 * and port of the node go with it. Thread-safe.
 */
final class Lives {
  private static final String KEY = "n";
  private static final int ADDRESS_BYTES = 20;

  private volatile Map<NodeId, Address> members = Map.of();
  private volatile Map<Address, NodeId> known = Map.of();

  /** The address of a life. */
  static Address addressOf(NodeId node) {
    ByteBuffer octets = ByteBuffer.allocate(ADDRESS_BYTES);
    octets.putLong(node.address().high());
    octets.putLong(node.address().low());
    octets.putInt(node.address().port());
    UUID life = node.incarnation();
    return new ExtendedUUID(life.getMostSignificantBits(), life.getLeastSignificantBits())
        .put(KEY, octets.array());
  }

  /** The life that has {@code address}; null if it is no address of a node. */
  static @Nullable NodeId read(Address address) {
    if (!(address instanceof ExtendedUUID uuid)) {
      return null;
    }
    byte[] octets = uuid.get(KEY);
    if (octets == null || octets.length != ADDRESS_BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(octets);
    NodeAddress place = new NodeAddress(in.getLong(), in.getLong(), in.getInt());
    UUID life = new UUID(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    return new NodeId(place, life);
  }

  /** Takes a view; returns its lives in its order. */
  List<NodeId> see(List<Address> view) {
    Map<NodeId, Address> addresses = new LinkedHashMap<>();
    for (Address each : view) {
      NodeId node = read(each);
      if (node != null) {
        addresses.put(node, each);
      }
    }
    Map<Address, NodeId> nodes = new HashMap<>();
    addresses.forEach((node, address) -> nodes.put(address, node));
    members = addresses;
    known = nodes;
    return List.copyOf(addresses.keySet());
  }

  /** The address of a member of the view, or null. */
  @Nullable Address member(NodeId node) {
    return members.get(node);
  }

  /** Who sends from {@code address}; null if that is not a member of the view. */
  @Nullable NodeId sender(@Nullable Address address) {
    return address == null ? null : known.get(address);
  }
}
