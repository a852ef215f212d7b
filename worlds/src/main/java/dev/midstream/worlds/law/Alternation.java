package dev.midstream.worlds.law;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.worlds.plan.AgentPlan;

/**
 * Octets to the client that wait until a larger part of the octets to the server is decided, as an
 * {@link AgentPlan#alternating} agent has it.
 */
final class Alternation {
  /** So many octets to the client are never left undecided to wait for the other direction. */
  private static final int MOST_WAITING = 256;

  private static final double LEAD = 0.25;

  private final AgentPlan plan;
  private boolean waiting;
  private long waitingFor;

  Alternation(AgentPlan plan) {
    this.plan = plan;
  }

  /**
   * Whether the octets of {@code view} wait: the part of the other stream that is decided is not
   * larger by a quarter than the part that ends with them. They do not wait for the last unit,
   * which may be decided at the end of its stream, and that may come after theirs.
   *
   * @param length of the stream of {@code direction}
   * @param otherLength of the stream to the server
   * @param otherDecided octets to the server that are decided
   */
  boolean holds(
      Direction direction,
      OctetView view,
      long length,
      long otherLength,
      long otherDecided,
      Decisions out) {
    if (direction == Direction.CLIENT_TO_SERVER) {
      return false;
    }
    double share = (double) (view.start() + view.length()) / length;
    long undecided = plan.mayHold() ? plan.limitBytes() : 0;
    waitingFor =
        Math.min((long) (Math.min(1, share + LEAD) * otherLength), otherLength - undecided);
    waiting =
        plan.alternating()
            && !view.endOfStream()
            && view.length() > 0
            && (plan.awaitsOther() || view.length() < MOST_WAITING)
            && otherDecided < waitingFor;
    if (waiting && plan.awaitsOther()) {
      out.awaitOther();
    }
    return waiting;
  }

  /** Whether octets wait although {@code otherDecided} octets to the server are decided. */
  boolean isOver(long otherDecided) {
    return waiting && otherDecided >= waitingFor;
  }

  /** They do not wait any more. */
  void stop() {
    waiting = false;
  }
}
