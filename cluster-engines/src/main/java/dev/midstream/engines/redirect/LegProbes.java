package dev.midstream.engines.redirect;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput.LegHeard;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the probes that a life sends on the interfaces that forward packets. Hosts on
 * these segments see them, so each has a code that only members can make, and a number that counts
 * once.
 *
 * <pre>
 *   "midstrmP" | life 36 octets | number 8 | round 8 | code 16
 * </pre>
 *
 * <p>Not thread-safe.
 */
public final class LegProbes {
  private static final long MAGIC = 0x6d69_6473_7472_6d50L;
  private static final int SIGNED_BYTES = Long.BYTES + ClusterKeys.NODE_BYTES + 2 * Long.BYTES;
  private static final int CODE_BYTES = 16;

  private final NodeId self;
  private final Mac mac;
  private final Map<NodeAddress, Last> heard = new HashMap<>();
  private long number;

  private record Last(NodeId life, long number) {}

  /** The probes of the life {@code self}, and those of other lives of its cluster. */
  public LegProbes(ClusterKeys keys, NodeId self) {
    this.self = self;
    try {
      mac = Mac.getInstance(ClusterKeys.MAC);
      mac.init(keys.probeKey());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The next probe, which says that this life obeys a table of {@code round}. */
  public byte[] next(long round) {
    number++;
    ByteBuffer probe = ByteBuffer.allocate(SIGNED_BYTES + CODE_BYTES).putLong(MAGIC);
    ClusterKeys.put(probe, self);
    probe.putLong(number).putLong(round);
    return probe.put(code(probe.array()), 0, CODE_BYTES).array();
  }

  /** What a probe with some padding says; null if it counts for nothing. */
  public @Nullable LegHeard read(byte[] octets) {
    if (octets.length < SIGNED_BYTES + CODE_BYTES) {
      return null;
    }
    ByteBuffer probe = ByteBuffer.wrap(octets);
    if (probe.getLong() != MAGIC || !isOfMember(octets)) {
      return null;
    }
    NodeId life =
        new NodeId(
            new NodeAddress(probe.getLong(), probe.getLong(), probe.getInt()),
            new UUID(probe.getLong(), probe.getLong()));
    long itsNumber = probe.getLong();
    return life.equals(self) || !isNew(life, itsNumber)
        ? null
        : new LegHeard(life, probe.getLong());
  }

  private boolean isOfMember(byte[] octets) {
    byte[] expected = Arrays.copyOf(code(octets), CODE_BYTES);
    byte[] found = Arrays.copyOfRange(octets, SIGNED_BYTES, SIGNED_BYTES + CODE_BYTES);
    return MessageDigest.isEqual(expected, found);
  }

  private boolean isNew(NodeId life, long itsNumber) {
    Last last = heard.get(life.address());
    boolean isNew = last == null || !last.life().equals(life) || last.number() < itsNumber;
    if (isNew) {
      heard.put(life.address(), new Last(life, itsNumber));
    }
    return isNew;
  }

  private byte[] code(byte[] octets) {
    mac.update(octets, 0, SIGNED_BYTES);
    return mac.doFinal();
  }
}
