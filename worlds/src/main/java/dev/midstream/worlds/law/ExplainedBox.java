package dev.midstream.worlds.law;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldTraits;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Checks that a packet of which nothing leaves to the other side has a reason that explains it, and
 * that each reason which a packet causes fits it (law 10). It edits nothing.
 */
public final class ExplainedBox implements Box {
  private static final Reason[] REASONS = Reason.values();

  private static final Set<Reason> REFUSALS =
      EnumSet.of(
          Reason.BAD_CHECKSUM,
          Reason.PAWS,
          Reason.ACK_BEYOND_SENT,
          Reason.OUT_OF_ORDER,
          Reason.FRAGMENT_LIMIT);

  /** Both together: no room, and another engine does not know that the one before is over. */
  private static final Set<Reason> WITHOUT_ROOM =
      EnumSet.of(Reason.CONNECTION_LIMIT, Reason.COMMIT_AWAITED);

  /** Reasons for a part of a packet, or for not calling an agent. */
  private static final Set<Reason> PARTIAL =
      EnumSet.of(
          Reason.OUT_OF_WINDOW,
          Reason.ZERO_WINDOW,
          Reason.WINDOW_FULL,
          Reason.DELAY_LIMIT,
          Reason.LOW_TTL,
          Reason.TOTAL_LIMIT);

  private final Box box;
  private final ToLongFunction<Reason> counts;
  private final ArrivedPacket arrived;
  private final ReasonFits fits;
  private final long[] before = new long[REASONS.length];
  private final boolean dropping;
  private boolean forwarded;
  private long expired;

  /** Checks {@code box}, which counts reasons in {@code counts}, in {@code world}. */
  ExplainedBox(Box box, ToLongFunction<Reason> counts, SimulatedWorld world) {
    this.box = box;
    this.counts = counts;
    arrived = new ArrivedPacket(world.ends());
    dropping = world.engine().isDropping();
    WorldTraits traits = new WorldTraits(world);
    fits = new ReasonFits(traits.mayPassGaps(), traits.isFinishing(), traits.mayLoseDecisions());
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    noteExpired();
    arrived.arrive(packet, nowNanos);
    for (int i = 0; i < REASONS.length; i++) {
      before[i] = counts.applyAsLong(REASONS[i]);
    }
    forwarded = false;
    Disposition disposition = box.onPacket(packet, nowNanos, seeing(out, nowNanos));
    if (disposition == Disposition.FORWARD) {
      see(packet.leg().opposite(), packet, nowNanos);
    }
    check(nowNanos);
    return disposition;
  }

  /** What the box did not acknowledge may be forgotten once a gap has expired. */
  private void noteExpired() {
    long count = counts.applyAsLong(Reason.GAP_EXPIRED);
    if (count > expired) {
      arrived.expire();
    }
    expired = count;
  }

  /** What the box did not acknowledge may be forgotten, and windows too. */
  public void noteEngineDied() {
    arrived.noteEngineDied();
  }

  private PacketOutput seeing(PacketOutput out, long nowNanos) {
    return new PacketOutput() {
      @Override
      public void emit(Packet packet) {
        see(packet.leg(), packet, nowNanos);
        out.emit(packet);
      }

      @Override
      public boolean gathers() {
        return out.gathers();
      }
    };
  }

  private void see(Leg to, Packet packet, long nowNanos) {
    forwarded |= to != arrived.leg();
    leave(to, packet, nowNanos);
  }

  /** Notes a packet that leaves to the side {@code to}, whatever made it leave. */
  public void leave(Leg to, Packet packet, long nowNanos) {
    arrived.leave(to, packet, nowNanos);
  }

  private void check(long nowNanos) {
    Set<Reason> counted = EnumSet.noneOf(Reason.class);
    boolean explained = forwarded;
    for (int i = 0; i < REASONS.length; i++) {
      Reason each = REASONS[i];
      if (counts.applyAsLong(each) > before[i]) {
        counted.add(each);
        require(fits.mayCount(each, arrived), each + " does not fit", counted, nowNanos);
        explained |= fits.explains(each, arrived);
      }
    }
    explained |= counted.containsAll(WITHOUT_ROOM);
    require(explained, "no reason explains it", counted, nowNanos);
    if (counted.stream().noneMatch(REFUSALS::contains)) {
      boolean mayBeDropped = dropping && counted.contains(Reason.DELAYED);
      arrived.remember(!mayBeDropped && counted.stream().noneMatch(PARTIAL::contains));
    }
  }

  private void require(boolean holds, String what, Set<Reason> counted, long nowNanos) {
    if (!holds) {
      throw new LawBroken(
          Law.EXPLAINED, "%s: %s counted=%s nanos=%d".formatted(what, arrived, counted, nowNanos));
    }
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    box.onTimer(nowNanos, seeing(out, nowNanos));
  }

  @Override
  public long nextDeadlineNanos() {
    return box.nextDeadlineNanos();
  }
}
