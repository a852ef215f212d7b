package dev.midstream.testkit.playbook;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.Play.Script;
import dev.midstream.testkit.playbook.Step.End;
import dev.midstream.testkit.playbook.Step.Send;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Plays an agent with arbitrary octets, for fuzz targets. A target of Jazzer is:
 *
 * <pre>
 *   &#64;FuzzTest
 *   void survivesAnyOctets(byte[] input) {
 *     AgentFuzz.play(new MyAgent(), new MyProvider().reasons(), input);
 *   }
 * </pre>
 *
 * <p>The agent must not throw, give an invalid answer, leave octets undecided at the end of a
 * stream, lose state in its codec, decide otherwise after other cuts, or count a denial while
 * {@link Agent#denies} is false. Octets beyond the hold limit end the connection.
 */
public final class AgentFuzz {
  /** Begins a part of the other direction: octets 0xff never occur in text. */
  private static final byte TURN = (byte) 0xff;

  /** So much is played of one input: each octet costs a call. */
  private static final int MAX_BYTES = 4_096;

  private AgentFuzz() {}

  /**
   * Plays {@code input}: what the client sends, and after each octet 0xff what the other end sends.
   * Two such octets in a row stand for one. Then both streams end. The agent must count no reason.
   *
   * @throws AssertionError if the agent does what it must not do
   */
  public static void play(Agent<?> agent, byte[] input) {
    play(agent, List.of(), input);
  }

  /**
   * As {@link #play(Agent, byte[])} for an agent that counts {@code reasons}.
   *
   * @throws AssertionError if the agent does what it must not do
   */
  public static void play(Agent<?> agent, List<AgentReason> reasons, byte[] input) {
    List<Step> steps = steps(Arrays.copyOf(input, Math.min(input.length, MAX_BYTES)));
    Script script =
        new Script(agent, AgentPlaybook.ANY_OPENING, reasons, steps, agent.maxHold(), true);
    Outcome whole = Play.run(script, Variation.WHOLE);
    long seed = Arrays.hashCode(input);
    compare(whole, script, Variation.WHOLE.joiningEnds());
    compare(whole, script, Variation.cut("octet by octet", Cuts.ALL));
    Variation random = Variation.cut("random cuts", Cuts.random(new Random(seed)));
    compare(whole, script, random);
    compare(whole, script, random.moving("random cuts, moved", seed));
  }

  /** An outcome at the hold limit depends on the cuts: longer views may be decided at once. */
  private static void compare(Outcome whole, Script script, Variation variation) {
    Outcome outcome = Play.run(script, variation);
    boolean isLimited =
        whole.ending().equals(Outcome.HOLD_LIMIT) || outcome.ending().equals(Outcome.HOLD_LIMIT);
    String difference = isLimited ? null : Difference.of(whole, outcome);
    if (difference != null) {
      throw new AssertionError(variation.name() + ": " + difference);
    }
  }

  private static List<Step> steps(byte[] input) {
    List<Step> steps = new ArrayList<>();
    Direction direction = Direction.CLIENT_TO_SERVER;
    int from = 0;
    for (int at = 0; at < input.length; at++) {
      if (input[at] == TURN) {
        boolean isLiteral = at + 1 < input.length && input[at + 1] == TURN;
        add(steps, direction, Arrays.copyOfRange(input, from, isLiteral ? at + 1 : at));
        direction = isLiteral ? direction : direction.opposite();
        at += isLiteral ? 1 : 0;
        from = at + 1;
      }
    }
    add(steps, direction, Arrays.copyOfRange(input, from, input.length));
    steps.add(new End(Direction.CLIENT_TO_SERVER));
    steps.add(new End(Direction.SERVER_TO_CLIENT));
    return steps;
  }

  private static void add(List<Step> steps, Direction direction, byte[] octets) {
    if (octets.length > 0) {
      steps.add(new Send(direction, Octets.of(octets)));
    }
  }
}
