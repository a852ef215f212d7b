package dev.midstream.testkit.playbook;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.Step.End;
import dev.midstream.testkit.playbook.Step.Send;
import dev.midstream.testkit.playbook.Step.Silence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A script for an agent: what the two endpoints send, and what each must receive.
 *
 * <p>{@link #play()} plays it whole, octet by octet, with one cut at every position, and with
 * random cuts. Octets that the agent leaves undecided are shown again with the next ones. The state
 * passes through its codec after each call. Every outcome must equal that of the whole script.
 * Texts are UTF-8.
 */
public final class AgentPlaybook {
  private static final int RANDOM_ROUNDS = 100;
  private static final long FIRST_SEED = 1;

  private final Agent<?> agent;
  private final List<Step> script = new ArrayList<>();
  private final Map<Direction, Octets> expected = new EnumMap<>(Direction.class);
  private long seed = FIRST_SEED;

  /** An empty script for {@code agent}. */
  public AgentPlaybook(Agent<?> agent) {
    this.agent = agent;
  }

  /** The client sends {@code text}. */
  public AgentPlaybook clientSends(String text) {
    return sends(Direction.CLIENT_TO_SERVER, Octets.ofText(text));
  }

  /** The server sends {@code text}. */
  public AgentPlaybook serverSends(String text) {
    return sends(Direction.SERVER_TO_CLIENT, Octets.ofText(text));
  }

  /** The sender of {@code direction} sends {@code octets}. */
  public AgentPlaybook sends(Direction direction, Octets octets) {
    script.add(new Send(direction, octets));
    return this;
  }

  /** The client's stream ends. */
  public AgentPlaybook clientEnds() {
    return ends(Direction.CLIENT_TO_SERVER);
  }

  /** The server's stream ends. */
  public AgentPlaybook serverEnds() {
    return ends(Direction.SERVER_TO_CLIENT);
  }

  /** The stream of {@code direction} ends. */
  public AgentPlaybook ends(Direction direction) {
    script.add(new End(direction));
    return this;
  }

  /** No octets arrive in {@code direction} for the hold time. */
  public AgentPlaybook silence(Direction direction) {
    script.add(new Silence(direction));
    return this;
  }

  /** By the end of the script the server has received exactly {@code text}. */
  public AgentPlaybook serverGets(String text) {
    return gets(Direction.CLIENT_TO_SERVER, Octets.ofText(text));
  }

  /** By the end of the script the client has received exactly {@code text}. */
  public AgentPlaybook clientGets(String text) {
    return gets(Direction.SERVER_TO_CLIENT, Octets.ofText(text));
  }

  /**
   * By the end of the script the receiver of {@code direction} has received exactly {@code octets}.
   */
  public AgentPlaybook gets(Direction direction, Octets octets) {
    expected.put(direction, octets);
    return this;
  }

  /** Sets the first seed of the random cuts; a failure reports the seed of its cuts. */
  public AgentPlaybook seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Plays the script with all cuts.
   *
   * @return the outcome, which is the same for all cuts
   * @throws AssertionError if an outcome is not as expected or depends on the cuts
   */
  public Outcome play() {
    Outcome whole = played(Cuts.NONE, "whole");
    expected.forEach(
        (direction, octets) -> require(octets, whole.stream(direction), "whole, " + direction));
    compare(whole, Cuts.ALL, "octet by octet");
    int length = script.stream().mapToInt(AgentPlaybook::lengthOf).sum();
    for (int cut = 1; cut < length; cut++) {
      compare(whole, Cuts.at(cut), "cut before octet " + cut);
    }
    for (long round = seed; round < seed + RANDOM_ROUNDS; round++) {
      compare(
          whole, Cuts.random(new Random(round)), "random cuts, replay with seed(" + round + ")");
    }
    return whole;
  }

  private void compare(Outcome whole, Cuts cuts, String how) {
    require(whole, played(cuts, how), how);
  }

  private Outcome played(Cuts cuts, String how) {
    PlayedConnection<?> connection = new PlayedConnection<>(agent);
    try {
      int place = 0;
      for (Step step : script) {
        play(step, connection, cuts, place);
        place += lengthOf(step);
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(how + ": " + e.getMessage(), e);
    }
    return connection.outcome();
  }

  private static void play(Step step, PlayedConnection<?> connection, Cuts cuts, int place) {
    switch (step) {
      case Send send -> send(send, connection, cuts, place);
      case End end -> connection.end(end.direction());
      case Silence silence -> connection.silence(silence.direction());
    }
  }

  private static void send(Send send, PlayedConnection<?> connection, Cuts cuts, int place) {
    byte[] octets = send.octets().toArray();
    int start = 0;
    for (int stop = 1; stop <= octets.length; stop++) {
      if (stop == octets.length || cuts.cutBefore(place + stop)) {
        connection.send(send.direction(), Arrays.copyOfRange(octets, start, stop));
        start = stop;
      }
    }
  }

  private static int lengthOf(Step step) {
    return step instanceof Send send ? send.octets().length() : 0;
  }

  private static void require(Object expected, Object actual, String how) {
    if (!expected.equals(actual)) {
      throw new AssertionError(
          how + ": expected " + readable(expected) + " but got " + readable(actual));
    }
  }

  private static String readable(Object value) {
    return value instanceof Octets octets
        ? "\"" + new String(octets.toArray(), StandardCharsets.ISO_8859_1) + "\" (" + octets + ")"
        : value.toString();
  }
}
