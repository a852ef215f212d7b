package dev.midstream.wire.port;

import static dev.midstream.wire.header.NetworkOrder.fourOctets;
import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.header.VlanType;
import dev.midstream.wire.packet.Leg;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Detects that both legs are on one Ethernet segment, where every frame sent comes back. Examines
 * only multicast and broadcast frames, which such a segment delivers to both legs. Not thread-safe.
 */
final class LoopDetector {
  /*
   * A sender is seen on one leg, unless it moves. In a loop every sender is seen on both legs,
   * again and again, as fast as frames circulate. Senders share slots by a hash; a sender that
   * replaces another one in its slot has not changed sides.
   */
  private static final int PLACES = 256;

  private static final int CHANGES = 32;
  private static final long WINDOW_NANOS = 1_000_000_000L;
  private static final int GROUP = 1;
  private static final int SOURCE = 6;
  private static final int TYPE = 12;
  private static final int ETHERNET_BYTES = 14;
  private static final int TAG_BYTES = 4;
  private static final int VLAN_ID = 0xfff;

  private final long[] senders = new long[PLACES];
  private final @Nullable Leg[] legs = new Leg[PLACES];
  private final Runnable listener;
  private long windowNanos;
  private int changes;
  private boolean reported;

  /** Runs {@code listener} when a loop is detected, and again only after a second without one. */
  LoopDetector(Runnable listener) {
    this.listener = listener;
  }

  /**
   * Learns the sender of a received frame.
   *
   * @return whether the sender was last seen on the other leg
   */
  boolean learn(MemorySegment memory, long offset, int length, Leg leg, long nowNanos) {
    if (length < ETHERNET_BYTES || (octet(memory, offset) & GROUP) == 0) {
      return false;
    }
    long sender = sender(memory, offset, length);
    int place = (int) ((sender * 0x9e37_79b9_7f4a_7c15L) >>> 56);
    boolean changed = senders[place] == sender && legs[place] != null && legs[place] != leg;
    senders[place] = sender;
    legs[place] = leg;
    if (changed) {
      count(nowNanos);
    }
    return changed;
  }

  /** A MAC address in a VLAN: a device that joins two VLANs delivers its frames to both. */
  private static long sender(MemorySegment memory, long offset, int length) {
    long sender =
        (long) twoOctets(memory, offset + SOURCE) << 32
            | (fourOctets(memory, offset + SOURCE + 2) & 0xffff_ffffL);
    int type = twoOctets(memory, offset + TYPE);
    if (VlanType.isTag(type) && length >= ETHERNET_BYTES + TAG_BYTES) {
      long vlanId = twoOctets(memory, offset + ETHERNET_BYTES) & VLAN_ID;
      return sender | vlanId << 48;
    }
    return sender;
  }

  private void count(long nowNanos) {
    long ageNanos = nowNanos - windowNanos;
    if (ageNanos >= WINDOW_NANOS) {
      reported &= ageNanos < 2 * WINDOW_NANOS && changes >= CHANGES;
      windowNanos = nowNanos;
      changes = 0;
    }
    changes++;
    if (changes >= CHANGES && !reported) {
      reported = true;
      listener.run();
    }
  }
}
