package dev.midstream.worlds.playbook;

import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.Outcome;
import dev.midstream.testkit.playbook.Step;
import java.util.List;
import java.util.function.Function;

/**
 * Plays the script of an {@link AgentPlaybook} also through the engine, over a network that loses 2
 * % of the packets, with long and short segments, enforced and monitored. What arrives, the ending
 * and the reports must be what the playbook says. The agent is told of the connection what the
 * script says.
 *
 * <p>The steps follow each other in the time that retransmissions need. A silence is one of both
 * directions. After a reset an end may have received less. Expected connections are not compared. A
 * direction that was finished is given up after two steps, unless its receiver goes on or its
 * sender ends.
 */
public final class EnginePlaybook {
  private static final int ROUNDS = 12;
  private static final int[] SEGMENT_BYTES = {1_460, 100, 48, 536};

  private EnginePlaybook() {}

  /**
   * Plays {@code playbook} by itself, and then through the engine.
   *
   * @return the outcome, which is the same in all cases
   * @throws AssertionError if an outcome is not as expected, or depends on the case
   * @throws IllegalArgumentException if the connection of the script was picked up: the engine sees
   *     this one from its opening on
   */
  public static Outcome play(AgentPlaybook playbook) {
    return play(playbook, AgentPlaybook::play);
  }

  /**
   * As {@link #play}, with the script by itself only as it is written: for scripts that are played
   * at every cut elsewhere.
   */
  public static Outcome playWhole(AgentPlaybook playbook) {
    return play(playbook, AgentPlaybook::playWhole);
  }

  private static Outcome play(AgentPlaybook playbook, Function<AgentPlaybook, Outcome> byItself) {
    if (playbook.opening().start() == Opening.Start.PICKED_UP) {
      throw new IllegalArgumentException(
          "a picked-up connection cannot be played through the engine, which sees the opening");
    }
    Outcome outcome = byItself.apply(playbook);
    playThroughEngine(playbook, outcome, "engine");
    if (playbook.isEnforced()) {
      AgentPlaybook monitored = playbook.monitored();
      playThroughEngine(monitored, byItself.apply(monitored), "monitoring engine");
    }
    return outcome;
  }

  private static void playThroughEngine(AgentPlaybook playbook, Outcome outcome, String engine) {
    for (int seed = 0; seed < ROUNDS; seed++) {
      int segmentBytes = SEGMENT_BYTES[seed % SEGMENT_BYTES.length];
      try {
        play(playbook, outcome, new EngineRun(playbook, segmentBytes, seed));
      } catch (AssertionError e) {
        String name = engine + " with seed " + seed + " and segments of " + segmentBytes;
        throw new AssertionError(name + ": " + e.getMessage(), e);
      }
    }
  }

  private static void play(AgentPlaybook playbook, Outcome outcome, EngineRun run) {
    List<Step> steps = playbook.steps();
    for (int i = 0; i < steps.size(); i++) {
      run.awaitStep(i);
      if (steps.get(i) instanceof Step.Got got) {
        got.check(run.received(got.direction()));
      }
    }
    run.awaitStep(steps.size());
    compared(outcome).requireSame(compared(run.outcome(outcome)));
  }

  private static Outcome compared(Outcome outcome) {
    List<String> reports =
        outcome.reports().stream()
            .filter(each -> !each.startsWith("expect: ") && !each.startsWith("unexpect: "))
            .toList();
    Octets toServer = outcome.clientToServer();
    Octets toClient = outcome.serverToClient();
    return new Outcome(toServer, toClient, outcome.ending(), reports).sorted();
  }
}
