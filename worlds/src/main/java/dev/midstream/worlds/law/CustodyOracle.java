package dev.midstream.worlds.law;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.WholeStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Counts the octets in custody from outside (law 3): those that the box acknowledged and the
 * receiver did not. The box must keep at least as many octets as are still to be delivered for
 * them: their output as far as they are decided, and the octets themselves otherwise.
 */
final class CustodyOracle implements BoxObserver {
  private final Map<Direction, Account> accounts = new EnumMap<>(Direction.class);
  private final LongSupplier keptBytes;
  private boolean reset;

  /** What the two endpoints of one direction know. */
  private static final class Account {
    private final WholeStream stream;
    private final LongSupplier decided;
    private long advertised;
    private long newAcknowledged;
    private long acknowledged;

    Account(WholeStream stream, LongSupplier decided) {
      this.stream = stream;
      this.decided = decided;
    }

    void acknowledge(long newOffset) {
      if (newOffset > newAcknowledged) {
        newAcknowledged = newOffset;
        acknowledged = stream.orgOffsetOf(newOffset);
      }
    }

    /** Octets that the box must still deliver for what it acknowledged. */
    long owed() {
      long end = Math.min(advertised, stream.octets().length);
      if (end <= acknowledged) {
        return 0;
      }
      long cut = Math.clamp(decided.getAsLong(), acknowledged, end);
      return Math.max(0, stream.newOffsetOf(cut) - newAcknowledged) + end - cut;
    }
  }

  /** Compares with {@code keptBytes}, the octets of memory that the box uses. */
  CustodyOracle(LongSupplier keptBytes) {
    this.keptBytes = keptBytes;
  }

  /** Counts for {@code direction}, which an agent has decided up to {@code decided}. */
  CustodyOracle count(Direction direction, WholeStream stream, LongSupplier decided) {
    accounts.put(direction, new Account(stream, decided));
    return this;
  }

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    reset |= segment.view().isRst();
    if (segment.view().isAck()) {
      account(Ends.directionFrom(leg).opposite()).acknowledge(segment.ack());
    }
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    reset |= segment.view().isRst();
    if (segment.view().isAck()) {
      Account sent = account(Ends.directionFrom(leg));
      sent.advertised = Math.max(sent.advertised, segment.ack());
    }
  }

  private Account account(Direction direction) {
    return Objects.requireNonNull(accounts.get(direction));
  }

  /** The octets that the box must still deliver; 0 after a reset. */
  long owedBytes() {
    long owed = 0;
    for (Account each : accounts.values()) {
      owed += reset ? 0 : each.owed();
    }
    return owed;
  }

  @Override
  public void rests(long nowNanos) {
    long owed = owedBytes();
    long kept = keptBytes.getAsLong();
    if (kept < owed) {
      throw new LawBroken(
          Law.HONESTY,
          "less is kept than is in custody: keptBytes=%d custodyBytes=%d nanos=%d"
              .formatted(kept, owed, nowNanos));
    }
  }
}
