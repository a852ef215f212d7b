package dev.midstream.tables.entry;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A connection, as its owner last wrote it.
 *
 * @param epoch the epoch of its bucket
 * @param revision grows whenever its owner writes it anew
 * @param owner the node that handles it
 * @param rule the name of its rule
 * @param agent the name of the rule's agent; null if it has none
 * @param clientOctets octets of payload from the client so far
 * @param serverOctets octets of payload from the server so far
 * @param sinceMillis when it was opened, in milliseconds since 1970 by its owner's clock
 */
public record ConnectionEntry(
    ConnectionKey key,
    long epoch,
    long revision,
    NodeId owner,
    Phase phase,
    String rule,
    @Nullable String agent,
    long clientOctets,
    long serverOctets,
    long sinceMillis)
    implements TableEntry {

  /** How far a connection is. */
  public enum Phase {
    /** The handshake is not complete. */
    OPENING,
    /** The handshake is complete. */
    ESTABLISHED,
    /** Both ends have finished, or one has reset it. */
    CLOSING
  }

  /** Its bucket (HSI-3). */
  public int bucket() {
    return key.bucket();
  }

  @Override
  public UUID life() {
    return owner.incarnation();
  }
}
