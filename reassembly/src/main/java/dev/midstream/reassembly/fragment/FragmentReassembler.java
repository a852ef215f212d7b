package dev.midstream.reassembly.fragment;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.FragmentLimits;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.wire.header.FragmentView;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.DatagramBuilder;
import io.netty.buffer.ByteBufAllocator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gathers fragments into datagrams (HDP-12). Bounded in octets, datagrams, fragments of each and
 * time; not thread-safe.
 */
public final class FragmentReassembler {
  /*
   * The first fragment holds the ports. Until it comes the others wait, whoever they belong to. Once it
   * shows a connection that nobody changes, what waited leaves in the order it came and the rest of the
   * datagram passes at once. Otherwise nothing leaves before the datagram is whole, and no octet of such
   * a connection ever leaves in a fragment again: a receiver might join it with one it got before
   * (RFC 1858, RFC 5722).
   *
   * In a recording time and room are no reason to drop: what was recorded did go its way.
   */
  private static final int PROTOCOL_TCP = 6;
  private static final int TCP_BYTES = 20;

  private final FragmentLimits limits;
  private final boolean recorded;
  private final Counters counters;
  private final ByteBufAllocator allocator;
  private final KeyedHash hashes;
  private final GroupTable groups;
  private final DatagramBuilder datagram = new DatagramBuilder();
  private final FirstFragment first;
  private final FragmentView fragment = new FragmentView();
  private final FrameView keptView = new FrameView();
  private @Nullable FragmentGroup whole;
  private @Nullable Packet wholePacket;
  private int datagramHeadersEnd;

  /**
   * Gathers nothing yet.
   *
   * @param hashes where datagrams have their places
   * @param wanted which connections' datagrams must be whole
   */
  public FragmentReassembler(
      EngineConfiguration configuration,
      KeyedHash hashes,
      ReassemblyFilter wanted,
      Counters counters,
      ByteBufAllocator allocator,
      MemoryBudget budget) {
    limits = configuration.limits().fragments();
    recorded = configuration.vantage() == Vantage.RECORDING;
    this.hashes = hashes;
    this.counters = counters;
    this.allocator = allocator;
    groups = new GroupTable(limits, budget);
    first = new FirstFragment(wanted, datagram);
  }

  /**
   * Takes the fragment that {@code view} stands on. If it makes its datagram {@link
   * Gathered#WHOLE}, {@link #datagram} is valid until {@link #done}, which must be called.
   */
  public Gathered take(FrameView view, long nowNanos, PacketOutput out) {
    if (!fragment.read(view)) {
      return refuseAlone(Reason.MALFORMED);
    }
    if (!fragment.isPresent()) {
      counters.count(Reason.TRUNCATED);
      return Gathered.PASSES;
    }
    if (!view.isIpv4HeaderChecksumRight()) {
      Gathered fate = refuseAlone(Reason.BAD_CHECKSUM);
      if (fate == Gathered.STAYS) {
        return fate;
      }
    }
    FragmentGroup group = groupOf(FragmentKey.of(fragment, hashes), nowNanos, out);
    return switch (group.state()) {
      case REFUSED -> drop(group.refusal());
      case PASSING -> pass(group, nowNanos, out);
      case GATHERING -> gather(group, out);
    };
  }

  /** The datagram that became whole; its packet may be rewritten. */
  public Packet datagram() {
    return Objects.requireNonNull(wholePacket, "no datagram is whole");
  }

  /** Octets of the largest IP packet that the datagram came in. */
  public int largestPacketBytes() {
    return Objects.requireNonNull(whole, "no datagram is whole").largestPacketBytes();
  }

  /** Sends the datagram in the fragments it came in, in their order. */
  public void sendFragments(PacketOutput out) {
    FragmentGroup group = Objects.requireNonNull(whole, "no datagram is whole");
    group.takeFrom(datagram(), datagramHeadersEnd);
    group.sendArrived(datagram().timeNanos(), out);
  }

  /** Forgets the datagram. */
  public void done() {
    groups.remove(Objects.requireNonNull(whole, "no datagram is whole"));
    whole = null;
    wholePacket = null;
  }

  /** When {@link #onTimer} is next wanted; {@link Long#MAX_VALUE} if nothing waits. */
  public long nextDeadlineNanos() {
    FragmentGroup oldest = groups.oldest();
    return oldest == null ? Long.MAX_VALUE : oldest.dueNanos();
  }

  /** Gives up what has waited long enough. */
  public void onTimer(long nowNanos, PacketOutput out) {
    for (FragmentGroup oldest = groups.oldest();
        oldest != null && oldest.dueNanos() <= nowNanos;
        oldest = groups.oldest()) {
      giveUp(oldest, Reason.FRAGMENT_TIMEOUT, recorded, nowNanos, out);
    }
  }

  /** No more packets will come: what waits leaves as it came. */
  public void finish(long nowNanos, PacketOutput out) {
    for (FragmentGroup oldest = groups.oldest(); oldest != null; oldest = groups.oldest()) {
      giveUp(oldest, Reason.END_OF_INPUT, true, nowNanos, out);
    }
  }

  /** Datagrams that fragments are known of. */
  public int groups() {
    return groups.size();
  }

  private Gathered refuseAlone(Reason reason) {
    counters.count(reason);
    return recorded ? Gathered.PASSES : Gathered.STAYS;
  }

  private Gathered drop(Reason reason) {
    counters.count(reason);
    return Gathered.STAYS;
  }

  private FragmentGroup groupOf(FragmentKey key, long nowNanos, PacketOutput out) {
    FragmentGroup known = groups.find(key);
    if (known != null) {
      return known;
    }
    FragmentGroup oldest = groups.oldest();
    while (!groups.hasRoomForGroup() && oldest != null) {
      giveUp(oldest, Reason.FRAGMENT_LIMIT, recorded, nowNanos, out);
      oldest = groups.oldest();
    }
    return groups.open(key, nowNanos);
  }

  /** Another first fragment begins another datagram with the same number. */
  private Gathered pass(FragmentGroup group, long nowNanos, PacketOutput out) {
    if (fragment.start() == 0 && first.judge(fragment) != FirstFragment.Verdict.NOT_WANTED) {
      groups.remove(group);
      return gather(groups.open(group.key(), nowNanos), out);
    }
    counters.count(Reason.FRAGMENT);
    cover(group);
    return Gathered.PASSES;
  }

  /** Notes a fragment that passes, if there is room; a group that has all of them is over. */
  private void cover(FragmentGroup group) {
    boolean room = group.size() < limits.perGroup() && groups.hasRoomForFragment(0);
    if (room && group.relationOf(fragment) == FragmentGroup.Relation.FITS) {
      group.cover(fragment);
    }
    groups.charge(group);
    if (group.isWhole()) {
      groups.remove(group);
    }
  }

  private Gathered gather(FragmentGroup group, PacketOutput out) {
    if (fragment.start() == 0 && !group.isWanted()) {
      switch (first.judge(fragment)) {
        case WANTED -> group.want();
        case NOT_WANTED -> {
          return release(group, Reason.FRAGMENT, out);
        }
        case TINY -> {
          return refuse(group, Reason.FRAGMENT_TINY);
        }
      }
    }
    if (group.isWanted() && isInsideTcpHeader()) {
      return refuse(group, Reason.FRAGMENT_TINY);
    }
    return switch (group.relationOf(fragment)) {
      case DUPLICATE -> drop(Reason.ABSORBED);
      case OVERLAPS -> refuse(group, Reason.FRAGMENT_OVERLAP);
      case BEYOND_END -> refuse(group, Reason.MALFORMED);
      case FITS -> keep(group, out);
    };
  }

  /** A fragment that could rewrite ports or flags of the first one (RFC 1858, RFC 3128). */
  private boolean isInsideTcpHeader() {
    return fragment.start() > 0
        && fragment.start() < TCP_BYTES
        && fragment.protocol() == PROTOCOL_TCP;
  }

  private Gathered keep(FragmentGroup group, PacketOutput out) {
    int length = fragment.packet().length();
    makeRoomFor(length, group, out);
    if (group.size() >= limits.perGroup() || !groups.hasRoomForFragment(length)) {
      return recorded
          ? release(group, Reason.FRAGMENT_LIMIT, out)
          : refuse(group, Reason.FRAGMENT_LIMIT);
    }
    group.keep(fragment, allocator);
    groups.charge(group);
    counters.count(Reason.FRAGMENT_WAITING);
    if (!group.isWhole()) {
      return Gathered.STAYS;
    }
    return join(group);
  }

  /** The group that waits longest gives way, so that old junk cannot shut out what is new. */
  private void makeRoomFor(int length, FragmentGroup group, PacketOutput out) {
    FragmentGroup oldest = groups.oldest();
    while (!groups.hasRoomForFragment(length) && oldest != null && oldest != group) {
      long timeNanos = fragment.packet().timeNanos();
      giveUp(oldest, Reason.FRAGMENT_LIMIT, recorded, timeNanos, out);
      oldest = groups.oldest();
    }
  }

  private Gathered join(FragmentGroup group) {
    long timeNanos = fragment.packet().timeNanos();
    KeptFragment start = Objects.requireNonNull(group.first(), "whole without a start");
    keptView.read(start.packet());
    fragment.read(keptView);
    if (!fragment.fits(group.totalBytes())) {
      return refuseAll(group, Reason.MALFORMED);
    }
    group.putInto(datagram.begin(fragment));
    Packet joined = datagram.build(group.totalBytes());
    joined.from(joined.linkType(), joined.leg(), joined.interfaceId(), timeNanos);
    whole = group;
    wholePacket = joined;
    datagramHeadersEnd = datagram.payloadOffset();
    return Gathered.WHOLE;
  }

  /** What waited leaves in the order it came; this one and all that follow pass. */
  private Gathered release(FragmentGroup group, Reason reason, PacketOutput out) {
    for (int i = 0; i <= group.arrived().size(); i++) {
      counters.count(reason);
    }
    group.sendArrived(fragment.packet().timeNanos(), out);
    group.free();
    group.pass();
    cover(group);
    return Gathered.PASSES;
  }

  /** What waited is dropped with this one, and so is all that follows (RFC 5722). */
  private Gathered refuse(FragmentGroup group, Reason reason) {
    refuseAll(group, reason);
    return drop(reason);
  }

  private Gathered refuseAll(FragmentGroup group, Reason reason) {
    for (int i = 0; i < group.arrived().size(); i++) {
      counters.count(reason);
    }
    group.free();
    group.refuse(reason);
    groups.charge(group);
    return Gathered.STAYS;
  }

  private void giveUp(
      FragmentGroup group, Reason reason, boolean leaves, long nowNanos, PacketOutput out) {
    for (int i = 0; i < group.arrived().size(); i++) {
      counters.count(reason);
    }
    if (leaves) {
      group.sendArrived(nowNanos, out);
    }
    groups.remove(group);
  }
}
