package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.Handshake;
import dev.midstream.reassembly.flow.Handshakes;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.law.Departures.Departure;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks that no SYN-ACK is kept back for a record although a committed one tells both SYNs. Left
 * out are connections of which an end has sent another SYN to this engine: they wait for that, too;
 * and those that a later record closes, because there was no room for them.
 */
final class LateOpenings {
  private final Supplier<Engine> engine;
  private final EarlyOpenings openings;
  private final FrameView view = new FrameView();
  private final Map<ConnectionKey, Sides> sent = new TreeMap<>(ConnectionKey.BY_ENDS);
  private @Nullable Departure arrived;
  private long awaited;

  /** What both ends of a connection said when they opened it. */
  private static final class Sides {
    private @Nullable Handshake low;
    private @Nullable Handshake high;
    private boolean mixed;

    void add(boolean isLow, Handshake said) {
      Handshake known = isLow ? low : high;
      mixed |= known != null && !known.equals(said);
      if (isLow) {
        low = said;
      } else {
        high = said;
      }
    }

    /** Whether {@code copy} tells all that was said here. */
    boolean areOf(Connection copy) {
      Handshakes told = copy.handshakes();
      return !mixed
          && told.isWhole()
          && told.alternative() == null
          && !told.hasCompeting()
          && is(low, told.known(ofLow(copy)))
          && is(high, told.known(ofLow(copy).opposite()));
    }

    private static Direction ofLow(Connection copy) {
      return copy.key().isSentByLow() ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
    }

    private static boolean is(@Nullable Handshake said, Handshake told) {
      return said == null || said.equals(asSyn(told));
    }
  }

  /** SYN-ACKs of {@code engine}, of whose records {@code openings} knows. */
  LateOpenings(Supplier<Engine> engine, EarlyOpenings openings) {
    this.engine = engine;
    this.openings = openings;
  }

  /** Another engine goes on. */
  void forget() {
    sent.clear();
    arrived = null;
  }

  /** Notes that the engine is about to get {@code packet}. */
  void arrive(Packet packet) {
    arrived = null;
    awaited = awaited();
    if (view.read(packet) == FrameKind.TCP && view.isSyn()) {
      Departure syn = Departure.of(view);
      sent.computeIfAbsent(syn.key(), _ -> new Sides())
          .add(syn.key().isSentByLow(), asSyn(Handshake.of(view)));
      arrived = syn.isSynAck() ? syn : null;
    }
  }

  private long awaited() {
    return engine.get().counters().of(Reason.COMMIT_AWAITED);
  }

  /** A SYN-ACK says the same as the SYN of its end, if both ends open at once. */
  private static Handshake asSyn(Handshake said) {
    return new Handshake(
        said.initialSequence(),
        false,
        0,
        said.window(),
        said.windowScale(),
        said.maximumSegmentBytes(),
        said.sackPermitted(),
        said.timestamps(),
        said.forbidden(),
        said.multipath(),
        said.damaged());
  }

  /** Checks the last packet, after the call in which {@code left} left. */
  void check(Departures left, long nowNanos) {
    Departure synAck = arrived;
    arrived = null;
    if (synAck != null && awaited() > awaited && !hasLeft(synAck, left)) {
      Sides sides = sent.getOrDefault(synAck.key(), new Sides());
      LawBroken.unless(
          !openings.tells(synAck.key(), sides::areOf)
              || !openings.tellsAtLast(synAck.key(), sides::areOf),
          Law.TAKEOVER,
          () ->
              "a SYN-ACK waits though its record is committed: %s at=%d"
                  .formatted(synAck.key().name(true), nowNanos));
    }
  }

  private static boolean hasLeft(Departure synAck, Departures left) {
    List<Departure> segments = left.of(synAck.key());
    return segments.stream()
        .anyMatch(each -> each.isSynAck() && each.sequence() == synAck.sequence());
  }
}
