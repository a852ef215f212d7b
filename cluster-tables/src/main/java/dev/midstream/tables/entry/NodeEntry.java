package dev.midstream.tables.entry;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.entry.TableKey.NodeKey;
import java.util.UUID;

/**
 * A node, as it says itself.
 *
 * @param revision grows whenever the node writes it anew
 * @param name the name in its certificate
 * @param program the version of the program
 * @param configuration the version of its configuration
 * @param buckets how many buckets it owns
 * @param connections how many connections it handles
 * @param sinceMillis when this life began, in milliseconds since 1970 by the node's clock
 */
public record NodeEntry(
    NodeId node,
    long revision,
    String name,
    String program,
    long configuration,
    LeaseState lease,
    int buckets,
    long connections,
    long sinceMillis)
    implements ReplicatedEntry {

  /** Whether a node may emit packets. */
  public enum LeaseState {
    /** It has not got a lease yet. */
    NONE,
    /** It has a lease. */
    HELD,
    /** Its lease ended; it emits nothing. */
    LOST
  }

  @Override
  public NodeKey key() {
    return new NodeKey(node.incarnation());
  }

  @Override
  public long epoch() {
    return 0;
  }

  @Override
  public UUID life() {
    return node.incarnation();
  }
}
