package dev.midstream.wire.neighbour;

import static dev.midstream.wire.header.NetworkOrder.fourOctets;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.header.VlanType;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The Ethernet addresses that were seen on each leg, each in its VLAN: what a bridge learns. An
 * address that is seen on the other leg has moved there. Bounded: the address that was not seen for
 * longest gives way, among those that share its places.
 *
 * <p>Boxes in parallel tell each other what they see ({@link #takeNews}, {@link #hear}), so that
 * one knows the neighbours whose frames reach only another one.
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

  /** A station that moves to the other leg is silent for longer: 100 ms. */
  public static final long LOOP_NANOS = 100_000_000;

  /** How many addresses are told at once at most. */
  public static final int MAX_NEWS = 64;

  /** How often all that this box has seen is told again. */
  static final long TELLING_NANOS = AGEING_NANOS / 3;

  private static final int WAYS = 8;
  private static final int SET_BITS = Integer.numberOfTrailingZeros(MAX / WAYS);
  private static final int ETHERNET_BYTES = 14;
  private static final int TAG_BYTES = 4;
  private static final int MAX_TAGS = 2;
  private static final int SOURCE = 6;
  private static final int ADDRESS_BITS = 48;
  private static final long GROUP = 1L << 40;
  private static final int VLAN_ID = 0xfff;
  private static final long LOW = 0xffff_ffffL;
  private static final long NEVER = Long.MIN_VALUE;

  private final long[] addresses = new long[MAX];
  private final long[] tags = new long[MAX];
  private final long[] seenNanos = new long[MAX];
  private final boolean[] outside = new boolean[MAX];

  /** Which of them this box knows only from another one. */
  private final boolean[] heard = new boolean[MAX];

  /** Places of addresses that are new, or have moved. */
  private final int[] news = new int[MAX_NEWS];

  private int newsCount;

  /** Places from here on are to be told. */
  private int untold = MAX;

  private long toldNanos;

  /** The place of the last packet's address: most come from the same routers. */
  private int last;

  /** A table without addresses. */
  public Neighbours() {
    Arrays.fill(seenNanos, NEVER);
  }

  /**
   * Learns the source of a received packet, unless it is a group address or has no address.
   *
   * @return false if this box has received frames of the source on the other leg within {@link
   *     #LOOP_NANOS}: then it is no neighbour here, but another box in parallel has forwarded its
   *     frame, and nothing is learned
   */
  public boolean learn(Packet packet, long nowNanos) {
    if (packet.linkType() != LinkType.ETHERNET || packet.length() < ETHERNET_BYTES) {
      return true;
    }
    MemorySegment memory = packet.memory();
    long source = packet.offset() + SOURCE;
    long address = (long) twoOctets(memory, source) << 32 | (fourOctets(memory, source + 2) & LOW);
    return !isStation(address)
        || learn(address, tags(packet), packet.leg() == Leg.OUTSIDE, nowNanos);
  }

  /** Whether it is the address of one station: no group, and not 0. */
  private static boolean isStation(long address) {
    return address > 0 && address < 1L << ADDRESS_BITS && (address & GROUP) == 0;
  }

  /** Learns what another box has seen, unless it is no station's address. */
  public void hear(Neighbour neighbour, long nowNanos) {
    if (!isStation(neighbour.address())) {
      return;
    }
    boolean isOutside = neighbour.leg() == Leg.OUTSIDE;
    int place = placeOf(neighbour.address(), neighbour.tags());
    set(place, neighbour.address(), neighbour.tags(), isOutside, nowNanos);
    heard[place] = true;
  }

  /** Has all that this box has seen be told again: there is another box that does not know it. */
  public void tellAgain() {
    untold = 0;
  }

  /**
   * What other boxes are to be told now: addresses that are new here or have moved, as many as
   * {@link #MAX_NEWS}, and all of them from time to time. What came from other boxes is not told.
   */
  public List<Neighbour> takeNews(long nowNanos) {
    if (nowNanos - toldNanos >= TELLING_NANOS) {
      toldNanos = nowNanos;
      untold = 0;
    }
    if (newsCount == 0 && untold == MAX) {
      return List.of();
    }
    List<Neighbour> taken = new ArrayList<>();
    for (int each = 0; each < newsCount; each++) {
      taken.add(at(news[each]));
    }
    newsCount = 0;
    for (; untold < MAX && taken.size() < MAX_NEWS; untold++) {
      if (!heard[untold] && isKnown(untold, nowNanos)) {
        taken.add(at(untold));
      }
    }
    return taken;
  }

  private Neighbour at(int place) {
    return new Neighbour(addresses[place], tags[place], leg(place));
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

  private boolean learn(long address, long tagged, boolean isOutside, long nowNanos) {
    int place = isAt(last, address, tagged) ? last : placeOf(address, tagged);
    boolean isMoved = isAt(place, address, tagged) && outside[place] != isOutside;
    if (isMoved && !heard[place] && nowNanos - seenNanos[place] < LOOP_NANOS) {
      return false;
    }
    boolean isNew = isMoved || !isAt(place, address, tagged) || !isKnown(place, nowNanos);
    set(place, address, tagged, isOutside, nowNanos);
    heard[place] = false;
    last = place;
    if (isNew && newsCount < MAX_NEWS) {
      news[newsCount++] = place;
    } else if (isNew) {
      untold = Math.min(untold, place);
    }
    return true;
  }

  private boolean isAt(int place, long address, long tagged) {
    return addresses[place] == address && tags[place] == tagged;
  }

  /** The place that an address has, or gets. */
  private int placeOf(long address, long tagged) {
    long hash = (address ^ (tagged * 0x9e37_79b9_7f4a_7c15L)) * 0xbf58_476d_1ce4_e5b9L;
    int first = (int) (hash >>> (Long.SIZE - SET_BITS)) * WAYS;
    int oldest = first;
    for (int way = first; way < first + WAYS; way++) {
      if (isAt(way, address, tagged)) {
        return way;
      }
      oldest = seenNanos[way] < seenNanos[oldest] ? way : oldest;
    }
    return oldest;
  }

  private void set(int place, long address, long tagged, boolean isOutside, long nowNanos) {
    addresses[place] = address;
    tags[place] = tagged;
    seenNanos[place] = nowNanos;
    outside[place] = isOutside;
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
