package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.worlds.plan.AgentPlan;
import org.jspecify.annotations.Nullable;

/**
 * The state of a world's agent. Each call makes the next state of the one that it is given, and
 * must be given what the call before returned, by whichever engine.
 */
final class WatchedState {
  /** The state of a new connection, of which nothing was decided. */
  static final String FIRST = "";

  private static final long MOST = Long.MAX_VALUE / 4;

  private final AgentPlan plan;
  private String last = FIRST;

  /** The state of an agent of {@code plan}. */
  WatchedState(AgentPlan plan) {
    this.plan = plan;
  }

  /** What is wrong with {@code given}; null if a call may be given that. */
  @Nullable LawBroken errorOf(String given) {
    return given.equals(last)
        ? null
        : new LawBroken(
            Law.ONCE, "the agent is given another state: given=" + given + " returned=" + last);
  }

  /**
   * The state after a call that has shown {@code view}.
   *
   * @param decided the octets that the call has decided
   * @param toServer all octets to the server that are decided
   */
  String after(String given, Direction direction, OctetView view, long decided, long toServer) {
    last =
        switch (plan.state()) {
          case NOTHING -> plan.alternating() && toServer > 0 ? Long.toString(toServer) : given;
          case DECIDED -> decided == 0 ? given : sum(given, decided);
          case SHOWN -> shown(given, direction, view.start() + view.length());
        };
    return last;
  }

  private static String sum(String given, long more) {
    long count = given.equals(FIRST) ? 0 : Long.parseLong(given);
    return Long.toString(Math.min(MOST, count + more));
  }

  private static String shown(String given, Direction direction, long end) {
    String[] ends = given.equals(FIRST) ? new String[] {"0", "0"} : given.split(" ", -1);
    int index = WatchedAgent.index(direction);
    if (end <= Long.parseLong(ends[index])) {
      return given;
    }
    ends[index] = Long.toString(end);
    return String.join(" ", ends);
  }

  /** What the last call returned until now: to go back there if it is lost. */
  Runnable memento() {
    String then = last;
    return () -> last = then;
  }
}
