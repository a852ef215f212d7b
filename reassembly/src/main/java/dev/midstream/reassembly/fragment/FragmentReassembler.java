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

/** Reassembles IP datagrams (HDP-12) within limits of octets, datagrams, fragments and time. */
public final class FragmentReassembler {
  /*
   * The first fragment holds the ports. The others are kept until it comes. If its connection is never
   * changed, the kept fragments leave in the order of arrival and the rest of the datagram passes at once.
   * Otherwise nothing leaves before the datagram is complete: a receiver could join a fragment that was
   * forwarded alone with one that it got earlier (RFC 1858, RFC 5722).
   *
   * In a recording, limits of time and memory never drop a fragment: the recorded network forwarded it.
   */
  private final FragmentLimits limits;
  private final boolean recorded;
  private final Counters counters;
  private final ByteBufAllocator allocator;
  private final KeyedHash hashes;
  private final GroupTable groups;
  private final DatagramBuilder datagram;
  private final FirstFragment first;
  private final FragmentView fragment = new FragmentView();
  private final FrameView keptView = new FrameView();
  private @Nullable FragmentGroup completed;
  private @Nullable Packet completedPacket;

  /** What happened to a fragment. */
  public enum Outcome {
    /** The caller forwards it unchanged. */
    PASSES,
    /** It was kept or dropped. */
    CONSUMED,
    /** It completed its datagram. */
    COMPLETE
  }

  /** Creates an empty reassembler for the connections that {@code filter} selects. */
  public FragmentReassembler(
      EngineConfiguration configuration,
      KeyedHash hashes,
      ReassemblyFilter filter,
      Counters counters,
      ByteBufAllocator allocator,
      MemoryBudget budget,
      FragmentPool pool,
      DatagramBuilder datagram) {
    limits = pool.limits();
    recorded = configuration.vantage() == Vantage.RECORDING;
    this.hashes = hashes;
    this.counters = counters;
    this.allocator = allocator;
    this.datagram = datagram;
    groups = new GroupTable(pool, budget);
    first = new FirstFragment(filter, datagram);
  }

  /**
   * Adds the fragment at {@code view}. After {@link Outcome#COMPLETE}, {@link #datagram} is valid
   * until {@link #done}, which must be called.
   */
  public Outcome reassemble(FrameView view, long nowNanos, PacketOutput out) {
    if (!fragment.read(view)) {
      return rejectFragment(Reason.MALFORMED);
    }
    if (!fragment.isPresent()) {
      counters.count(Reason.TRUNCATED);
      return Outcome.PASSES;
    }
    if (!view.isIpv4HeaderChecksumRight()) {
      Outcome outcome = rejectFragment(Reason.BAD_CHECKSUM);
      if (outcome == Outcome.CONSUMED) {
        return outcome;
      }
    }
    FragmentGroup group = findOrOpen(FragmentKey.of(fragment, hashes), nowNanos, out);
    return switch (group.state()) {
      case DROPPING -> drop(group.dropReason());
      case PASSING -> passFragment(group, nowNanos, out);
      case REASSEMBLING -> add(group, out);
    };
  }

  /** The completed datagram. The caller may rewrite its packet. */
  public Packet datagram() {
    return Objects.requireNonNull(completedPacket, "no datagram is complete");
  }

  /** Length of the largest IP packet that carried a fragment of the datagram. */
  public int largestPacketBytes() {
    return Objects.requireNonNull(completed, "no datagram is complete").largestPacketBytes();
  }

  /** Sends the datagram, as rewritten, in the original fragments and in their order of arrival. */
  public void sendFragments(PacketOutput out) {
    FragmentGroup group = Objects.requireNonNull(completed, "no datagram is complete");
    group.overwriteFrom(datagram(), datagram.payloadOffset());
    group.sendArrived(datagram().timeNanos(), out);
  }

  /** Frees the completed datagram, if there is one: its processing has ended early. */
  public void abandon() {
    if (completed != null) {
      done();
    }
  }

  /** Frees the completed datagram. */
  public void done() {
    groups.remove(Objects.requireNonNull(completed, "no datagram is complete"));
    completed = null;
    completedPacket = null;
  }

  /** When {@link #onTimer} is due next; {@link Long#MAX_VALUE} if no fragment is kept. */
  public long nextDeadlineNanos() {
    FragmentGroup oldest = groups.oldest();
    return oldest == null ? Long.MAX_VALUE : oldest.dueNanos();
  }

  /** Evicts the datagrams whose time is up. */
  public void onTimer(long nowNanos, PacketOutput out) {
    for (FragmentGroup oldest = groups.oldest();
        oldest != null && oldest.dueNanos() <= nowNanos;
        oldest = groups.oldest()) {
      evict(oldest, Reason.FRAGMENT_TIMEOUT, recorded, nowNanos, out);
    }
  }

  /** Sends all kept fragments unchanged, because no more packets will come. */
  public void flush(long nowNanos, PacketOutput out) {
    for (FragmentGroup oldest = groups.oldest(); oldest != null; oldest = groups.oldest()) {
      evict(oldest, Reason.END_OF_INPUT, true, nowNanos, out);
    }
  }

  /** Forgets all kept fragments. */
  public void clear() {
    groups.clear();
    completed = null;
    completedPacket = null;
  }

  private Outcome rejectFragment(Reason reason) {
    counters.count(reason);
    return recorded ? Outcome.PASSES : Outcome.CONSUMED;
  }

  private Outcome drop(Reason reason) {
    counters.count(reason);
    return Outcome.CONSUMED;
  }

  private FragmentGroup findOrOpen(FragmentKey key, long nowNanos, PacketOutput out) {
    FragmentGroup known = groups.find(key);
    if (known != null) {
      return known;
    }
    for (FragmentGroup oldest = groups.oldestOfAll();
        oldest != null && !groups.makeRoomForGroup();
        oldest = groups.oldestOfAll()) {
      evict(oldest, Reason.FRAGMENT_LIMIT, recorded, nowNanos, out);
    }
    return groups.open(key, nowNanos);
  }

  /** Passes a fragment. Another first fragment starts a datagram of the same identification. */
  private Outcome passFragment(FragmentGroup group, long nowNanos, PacketOutput out) {
    if (fragment.start() == 0 && first.classify(fragment) != FirstFragment.Verdict.PASS) {
      groups.remove(group);
      return add(groups.open(group.key(), nowNanos), out);
    }
    counters.count(Reason.FRAGMENT);
    record(group);
    return Outcome.PASSES;
  }

  /** Records a passing fragment if there is room, and forgets the group after its last one. */
  private void record(FragmentGroup group) {
    boolean room = group.size() < limits.perGroup() && groups.makeRoomForFragment(0);
    if (room && group.relationOf(fragment) == FragmentGroup.Relation.FITS) {
      group.record(fragment);
    }
    groups.charge(group);
    if (group.isComplete()) {
      groups.remove(group);
    }
  }

  private Outcome add(FragmentGroup group, PacketOutput out) {
    if (fragment.start() == 0 && !group.isReassemblyRequired()) {
      switch (first.classify(fragment)) {
        case REASSEMBLE -> group.requireReassembly();
        case PASS -> {
          return passGroup(group, Reason.FRAGMENT, out);
        }
        case TINY -> {
          return dropGroup(group, Reason.FRAGMENT_TINY);
        }
      }
    }
    if (group.isReassemblyRequired() && FirstFragment.isOverwrittenBy(fragment)) {
      return dropGroup(group, Reason.FRAGMENT_TINY);
    }
    return switch (group.relationOf(fragment)) {
      case DUPLICATE -> drop(Reason.ABSORBED);
      case OVERLAPS -> dropGroup(group, Reason.FRAGMENT_OVERLAP);
      case BEYOND_END -> dropGroup(group, Reason.MALFORMED);
      case FITS -> keep(group, out);
    };
  }

  private Outcome keep(FragmentGroup group, PacketOutput out) {
    int length = fragment.packet().length();
    evictUntilRoom(length, group, out);
    if (group.size() >= limits.perGroup() || !groups.makeRoomForFragment(length)) {
      return recorded
          ? passGroup(group, Reason.FRAGMENT_LIMIT, out)
          : dropGroup(group, Reason.FRAGMENT_LIMIT);
    }
    group.keep(fragment, allocator);
    groups.charge(group);
    counters.count(Reason.FRAGMENT_WAITING);
    return group.isComplete() ? complete(group) : Outcome.CONSUMED;
  }

  /** Evicts the oldest groups first, so that old junk cannot block new datagrams. */
  private void evictUntilRoom(int length, FragmentGroup group, PacketOutput out) {
    for (FragmentGroup oldest = groups.oldestOfAll();
        oldest != null && oldest != group && !groups.makeRoomForFragment(length);
        oldest = groups.oldestOfAll()) {
      evict(oldest, Reason.FRAGMENT_LIMIT, recorded, fragment.packet().timeNanos(), out);
    }
  }

  private Outcome complete(FragmentGroup group) {
    long timeNanos = fragment.packet().timeNanos();
    KeptFragment start = Objects.requireNonNull(group.first(), "complete without a first fragment");
    keptView.read(start.packet());
    fragment.read(keptView);
    if (!fragment.fits(group.totalBytes())) {
      return dropKept(group, Reason.MALFORMED);
    }
    group.copyTo(datagram.begin(fragment));
    Packet packet = datagram.build(group.totalBytes());
    packet.from(packet.linkType(), packet.leg(), packet.interfaceId(), timeNanos);
    completed = group;
    completedPacket = packet;
    return Outcome.COMPLETE;
  }

  /** Sends the kept fragments in the order of arrival; this one and all later ones pass. */
  private Outcome passGroup(FragmentGroup group, Reason reason, PacketOutput out) {
    countKept(group, reason);
    counters.count(reason);
    group.sendArrived(fragment.packet().timeNanos(), out);
    group.free();
    group.pass();
    record(group);
    return Outcome.PASSES;
  }

  /** Drops the kept fragments, this one and all later ones (RFC 5722). */
  private Outcome dropGroup(FragmentGroup group, Reason reason) {
    dropKept(group, reason);
    return drop(reason);
  }

  private Outcome dropKept(FragmentGroup group, Reason reason) {
    countKept(group, reason);
    group.free();
    group.drop(reason);
    groups.charge(group);
    return Outcome.CONSUMED;
  }

  private void evict(
      FragmentGroup group, Reason reason, boolean leaves, long nowNanos, PacketOutput out) {
    countKept(group, reason);
    if (leaves) {
      group.sendArrived(nowNanos, out);
    }
    groups.remove(group);
  }

  private void countKept(FragmentGroup group, Reason reason) {
    for (int i = 0; i < group.keptCount(); i++) {
      counters.count(reason);
    }
  }
}
