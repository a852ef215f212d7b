package dev.midstream.worlds.law;

import dev.midstream.agent.Octets;
import dev.midstream.worlds.plan.AgentPlan;
import dev.midstream.worlds.plan.SimulatedWorld;

/** The replies of a world's agent, each in one of so many calls. */
final class WatchedReplies {
  private final int every;
  private final Octets reply;
  private int calls;
  private int repliedBytes;

  /** The replies of an agent of {@code plan}. */
  WatchedReplies(AgentPlan plan) {
    every = plan.replyEvery();
    reply = Octets.ofText("r".repeat(1 + plan.growthBytes()));
  }

  /**
   * Counts a call; returns whether it replies.
   *
   * @param hasEnded whether the stream of the reply has
   */
  boolean call(boolean hasEnded) {
    calls++;
    return every > 0
        && calls % every == 0
        && repliedBytes < SimulatedWorld.MAX_REPLIED_BYTES
        && !hasEnded;
  }

  Octets reply() {
    return reply;
  }

  /** Notes that the reply is put in. */
  void note() {
    repliedBytes += reply.length();
  }

  /** What was replied until now: to go back there if it is lost. */
  Runnable memento() {
    int then = repliedBytes;
    return () -> repliedBytes = then;
  }
}
