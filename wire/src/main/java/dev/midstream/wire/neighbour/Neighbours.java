package dev.midstream.wire.neighbour;

import static dev.midstream.wire.header.NetworkOrder.fourOctets;
import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.header.VlanType;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The Ethernet addresses that were seen on each leg, each in its VLAN: what a bridge learns. An
 * address that is seen on the other leg has moved there. Bounded: the address that was not seen for
 * longest gives way, among those that share its places.
 *
 * <p>Not thread-safe.
 */
public final class Neighbours {
  /*
   * Sets of WAYS places, chosen by a hash. A flood of invented addresses replaces what was seen
   * before it, and nothing grows. An empty place was never seen.
   */
  /** The greatest number of addresses. */
  public static final int MAX = 16_384;

  /** How long an address is remembered: 300 s (IEEE 802.1Q-2022 table 8-6). */
  public static final long AGEING_NANOS = 300_000_000_000L;

  private static final int WAYS = 8;
  private static final int SET_BITS = Integer.numberOfTrailingZeros(MAX / WAYS);
  private static final int ETHERNET_BYTES = 14;
  private static final int TAG_BYTES = 4;
  private static final int MAX_TAGS = 2;
  private static final int SOURCE = 6;
  private static final int GROUP = 1;
  private static final int VLAN_ID = 0xfff;
  private static final long LOW = 0xffff_ffffL;
  private static final long NEVER = Long.MIN_VALUE;

  private final long[] addresses = new long[MAX];
  private final long[] tags = new long[MAX];
  private final long[] seenNanos = new long[MAX];
  private final boolean[] outside = new boolean[MAX];

  /** A table without addresses. */
  public Neighbours() {
    Arrays.fill(seenNanos, NEVER);
  }

  /** Learns the source of a received packet, unless it is a group address or has no address. */
  public void learn(Packet packet, long nowNanos) {
    if (packet.linkType() != LinkType.ETHERNET || packet.length() < ETHERNET_BYTES) {
      return;
    }
    MemorySegment memory = packet.memory();
    long source = packet.offset() + SOURCE;
    long address = (long) twoOctets(memory, source) << 32 | (fourOctets(memory, source + 2) & LOW);
    if (address != 0 && (octet(memory, source) & GROUP) == 0) {
      learn(address, tags(packet), packet.leg(), nowNanos);
    }
  }

  /** How many addresses are remembered. */
  public int count(long nowNanos) {
    int count = 0;
    for (int place = 0; place < MAX; place++) {
      count += isKnown(place, nowNanos) ? 1 : 0;
    }
    return count;
  }

  /** Whether a place, 0 to {@link #MAX} - 1, has an address that is remembered. */
  boolean isKnown(int place, long nowNanos) {
    return seenNanos[place] != NEVER && nowNanos - seenNanos[place] < AGEING_NANOS;
  }

  /** The 48 bits of the address at a place. */
  long address(int place) {
    return addresses[place];
  }

  /** Its tags: type and VLAN ID of the outer one in the lower half, of the inner one above. */
  long tags(int place) {
    return tags[place];
  }

  /** The leg on which it was seen. */
  Leg leg(int place) {
    return outside[place] ? Leg.OUTSIDE : Leg.INSIDE;
  }

  private void learn(long address, long tagged, Leg leg, long nowNanos) {
    long hash = (address ^ (tagged * 0x9e37_79b9_7f4a_7c15L)) * 0xbf58_476d_1ce4_e5b9L;
    int first = (int) (hash >>> (Long.SIZE - SET_BITS)) * WAYS;
    int place = first;
    for (int way = first; way < first + WAYS; way++) {
      if (addresses[way] == address && tags[way] == tagged) {
        place = way;
        break;
      }
      place = seenNanos[way] < seenNanos[place] ? way : place;
    }
    addresses[place] = address;
    tags[place] = tagged;
    seenNanos[place] = nowNanos;
    outside[place] = leg == Leg.OUTSIDE;
  }

  private static long tags(Packet packet) {
    long tags = 0;
    int type = ETHERNET_BYTES - 2;
    for (int tag = 0; tag < MAX_TAGS && type + 2 + TAG_BYTES <= packet.length(); tag++) {
      long at = packet.offset() + type;
      int tagType = twoOctets(packet.memory(), at);
      if (!VlanType.isTag(tagType)) {
        break;
      }
      long vlanId = twoOctets(packet.memory(), at + 2) & VLAN_ID;
      tags |= ((long) tagType << 16 | vlanId) << (32 * tag);
      type += TAG_BYTES;
    }
    return tags;
  }
}
