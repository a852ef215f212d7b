package dev.midstream.engines.worker;

import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.engines.log.StayingKeys;
import dev.midstream.reassembly.EndsSweep;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.NamedConnections;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.status.ConnectionSweep;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of an engine that stay at this node: lists them in steps, and looks then which of
 * them have closed.
 */
final class StayingEnds {
  private static final long NEVER = Long.MAX_VALUE;

  private final Engine engine;
  private final NamedConnections named;

  /** Those that were half-open, or were not read yet. */
  private final Set<ConnectionEnds> opening = new HashSet<>();

  /** Lists them; null once all are listed. */
  private @Nullable EndsSweep list;

  private long listedNanos;
  private @Nullable ConnectionSweep sweep;

  /** The connections of {@code engine} now, none of which is listed yet. */
  StayingEnds(Engine engine, long nowNanos) {
    this.engine = engine;
    named = engine.moves().named();
    list = named.sweep();
    listedNanos = nowNanos;
  }

  /** Whether connections may stay that are not listed yet. Nothing is sent before all are. */
  boolean isListing() {
    return list != null;
  }

  /** When all were listed. */
  long listedNanos() {
    return listedNanos;
  }

  /** Whether the connection between {@code ends} is listed later. */
  boolean findsUnlisted(ConnectionEnds ends) {
    return isListing() && named.finds(ends.key(named));
  }

  /**
   * Lists some connections: all but half-open ones that no record has.
   *
   * @return how many, with what it took to find them
   */
  int listSome(int most, StayingKeys its, long nowNanos) {
    EndsSweep sweeping = list;
    if (sweeping == null) {
      return 0;
    }
    int done =
        sweeping.step(
            most,
            (key, isOpening) -> {
              ConnectionEnds ends = ConnectionEnds.of(key);
              its.add(ends);
              if (isOpening) {
                opening.add(ends);
              }
            });
    if (sweeping.isOver()) {
      list = null;
      its.complete();
      listedNanos = nowNanos;
    }
    return done;
  }

  /**
   * Looks at some of the list: those leave it that have closed. Those that were half-open may be so
   * still.
   *
   * @return whether all were looked at
   */
  boolean lookSome(int most, StayingKeys its) {
    return its.retainSome(most, this::lookAt);
  }

  /** Returns whether the connection between {@code ends} has not closed. */
  private boolean lookAt(ConnectionEnds ends) {
    ConnectionKey key = ends.key(named);
    boolean isOpening = !named.findsOpen(key) && named.findsOpening(key);
    if (isOpening) {
      opening.add(ends);
      return true;
    }
    opening.remove(ends);
    return named.findsOpen(key);
  }

  /** Whether {@link #lookSome} may find ends that leave the list. */
  boolean isAnyClosed(int listed) {
    return engine.connections() < listed || !opening.isEmpty();
  }

  /** Notes that a connection is opened anew between the ends of one that stays. */
  void noteOpening(ConnectionEnds ends) {
    opening.add(ends);
  }

  /**
   * Takes a step to find out whether only late segments of connections can come that both ends have
   * closed, or one has reset. If the engine has sent a FIN of its own, it keeps their streams for
   * such segments, as it answers them itself.
   *
   * @return null if that is not known yet
   */
  @Nullable Boolean areOver() {
    if (!opening.isEmpty()) {
      return false;
    }
    ConnectionSweep now = sweep == null ? engine.sweep(NEVER) : sweep;
    boolean[] isOpen = {false};
    int ignored =
        now.step(
            ConnectionSweep.STEP_WORK,
            each -> isOpen[0] |= each.state() != ConnectionState.CLOSING);
    boolean isKnown = isOpen[0] || now.isOver();
    sweep = isKnown ? null : now;
    return isKnown ? !isOpen[0] : null;
  }
}
