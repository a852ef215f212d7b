package dev.midstream.reassembly.deliver;

import dev.midstream.modcmd.map.FinMap;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;

/** Decides when delayed octets are delivered, and when they leave despite the gap before them. */
public final class GapPolicy {
  private final Vantage vantage;
  private final boolean single;

  GapPolicy(EngineConfiguration configuration) {
    vantage = configuration.vantage();
    single = configuration.policies().outOfOrder() == Policies.OutOfOrder.DELAY_SINGLE;
  }

  /** Whether a delayed segment follows held octets, or a gap that a span covers. */
  public boolean isDelayedNext(Connection connection, Stream stream) {
    return stream.isDelayedReached()
        && !isDelayedBeyondFin(stream)
        && (stream.sender().delayed().firstStart() <= stream.heldEnd()
            || maySkipGap(connection, stream, stream.sender().delayed().firstStart()));
  }

  /** Whether delayed octets may leave despite the gap, because all the rest is opaque. */
  public boolean isStranded(Connection connection, Stream stream) {
    return stream.edits().opaque().isEndless()
        && !stream.edits().dropped().isOpen()
        && !stream.sender().delayed().isEmpty()
        && !isDelayedBeyondFin(stream)
        && maySkipGap(connection, stream, stream.sender().delayed().firstEnd());
  }

  /** Whether all delayed octets lie beyond a FIN, which came after them. */
  private static boolean isDelayedBeyondFin(Stream stream) {
    FinMap fin = stream.edits().fin();
    return fin.isKnown() && stream.sender().delayed().firstStart() >= fin.orgFin();
  }

  /**
   * Whether delayed octets up to {@code orgPosition} may skip the gap. They must not overtake
   * octets that wait for the window. A segment that only starts in the window is taken and waits
   * itself: it may be vouched for, so nothing may overtake it. What is missing of a dropped span is
   * deleted only where no sender waits for its acknowledgement.
   */
  private boolean maySkipGap(Connection connection, Stream stream, long orgPosition) {
    if (stream.edits().dropped().isOpen()) {
      return connection.isOriginalReceived(vantage);
    }
    boolean fits =
        stream.edits().map().before(orgPosition) <= stream.receiver().sendWindow().rightEdge();
    return connection.isOriginalReceived(vantage)
        || (connection.isPickedUp() && !stream.edits().commit().isOn())
        || (fits && stream.newEnd() == stream.releasedEnd() && isCommitted(stream, orgPosition));
  }

  private static boolean isCommitted(Stream stream, long orgPosition) {
    return stream.edits().map().before(orgPosition) <= stream.edits().commit().releasableEnd();
  }

  /** Whether delayed octets are delivered together with those before {@code orgEnd}. */
  boolean isJoined(Stream stream, long orgEnd) {
    return !single
        && !stream.sender().delayed().isEmpty()
        && stream.sender().delayed().firstStart() <= orgEnd;
  }

  /** Whether each call of the agent gets one delayed segment. */
  boolean isSingle() {
    return single;
  }
}
