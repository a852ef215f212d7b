package dev.midstream.testkit.playbook;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.playbook.Play.Script;
import dev.midstream.testkit.playbook.Step.End;
import dev.midstream.testkit.playbook.Step.Got;
import dev.midstream.testkit.playbook.Step.Send;
import dev.midstream.testkit.playbook.Step.Silence;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A script for an agent: what the two endpoints send, and what each must receive.
 *
 * <p>{@link #play()} calls the agent by the rule of the engine and plays the script in many ways:
 * whole, octet by octet, with one cut at every position, with random cuts, with the end of a stream
 * alone and with its last octets, with a silence at every position, in all orders of a {@link
 * #race}, and with a state that goes through its codec while undecided octets are shown again in
 * shorter views. Every outcome must equal that of the script as written.
 *
 * <p>It then plays the script on a connection that is only monitored. Each end must receive all
 * that the other one sends, and the reports must be the same. There the server also sees what the
 * agent denies: {@link #serverSendsWhenMonitored} says what it answers.
 *
 * <p>The policies are those of a rule that names none: a connection of another protocol is reset if
 * the agent denies, and goes on otherwise; one whose agent holds too much is reset. Texts are
 * UTF-8. Not thread-safe.
 */
public final class AgentPlaybook {
  private static final int RANDOM_ROUNDS = 100;
  private static final long FIRST_SEED = 1;
  static final Opening ANY_OPENING =
      Opening.of(
          Ends.IPV4.sender(Direction.CLIENT_TO_SERVER),
          Ends.IPV4.sender(Direction.SERVER_TO_CLIENT));

  private final Agent<?> agent;
  private final List<Step> steps = new ArrayList<>();
  private final List<Step> monitoredSteps = new ArrayList<>();
  private final Map<Direction, Octets> expected = new EnumMap<>(Direction.class);
  private List<AgentReason> reasons = List.of();
  private int holdLimit;
  private boolean refuses;
  private boolean mayPassInSilence;
  private Opening opening = ANY_OPENING;
  private long seed = FIRST_SEED;
  private int randomRounds = RANDOM_ROUNDS;

  /** An empty script for {@code agent}. */
  public AgentPlaybook(Agent<?> agent) {
    this.agent = agent;
    holdLimit = agent.maxHold();
  }

  /**
   * The provider of the agent declares {@code declared}; an agent that counts another one fails,
   * and one that counts a denial while {@link Agent#denies} is false. Outcomes report what is
   * counted, such as {@code "denied-command: DELE"}.
   */
  public AgentPlaybook declaring(List<AgentReason> declared) {
    reasons = List.copyOf(declared);
    return this;
  }

  /**
   * Sets what the agent is told of the connection. Without it the client is 10.0.0.1:40000, the
   * server 10.0.0.2:80, and the connection is enforced and seen whole. If it is not enforced, the
   * script is played only so. If it was picked up, only edits of equal length apply.
   *
   * @throws IllegalArgumentException if it was picked up and the agent denies: its connections
   *     never are
   */
  public AgentPlaybook opening(Opening opening) {
    if (opening.start() == Opening.Start.PICKED_UP && agent.denies()) {
      throw new IllegalArgumentException("a connection of an agent that denies is never picked up");
    }
    this.opening = opening;
    return this;
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
    steps.add(new Send(direction, octets));
    return sendsWhenMonitored(direction, octets);
  }

  /**
   * The server sends {@code text} if the connection is only monitored: its answer to what the agent
   * denies otherwise.
   */
  public AgentPlaybook serverSendsWhenMonitored(String text) {
    return sendsWhenMonitored(Direction.SERVER_TO_CLIENT, Octets.ofText(text));
  }

  /** The sender of {@code direction} sends {@code octets} if the connection is only monitored. */
  public AgentPlaybook sendsWhenMonitored(Direction direction, Octets octets) {
    monitoredSteps.add(new Send(direction, octets));
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
    return adding(new End(direction));
  }

  /**
   * No octets arrive in {@code direction} for the hold time. If the agent wants the flush it is
   * called, and what it leaves undecided passes.
   */
  public AgentPlaybook silence(Direction direction) {
    return adding(new Silence(direction));
  }

  /** Both ends send at the same time. The outcome must not depend on whose octets come first. */
  public AgentPlaybook race(Consumer<Race> race) {
    Race made = new Race();
    race.accept(made);
    steps.add(made.step());
    monitoredSteps.add(made.monitoredStep());
    return this;
  }

  /** At this point the server has received exactly {@code text} in all. */
  public AgentPlaybook serverHasGot(String text) {
    return hasGot(Direction.CLIENT_TO_SERVER, Octets.ofText(text));
  }

  /** At this point the client has received exactly {@code text} in all. */
  public AgentPlaybook clientHasGot(String text) {
    return hasGot(Direction.SERVER_TO_CLIENT, Octets.ofText(text));
  }

  /** At this point the receiver of {@code direction} has received exactly {@code octets} in all. */
  public AgentPlaybook hasGot(Direction direction, Octets octets) {
    return adding(new Got(direction, octets));
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

  /**
   * The agent leaves more than {@code limit} octets undecided, or needs more, so that the hold
   * policy resets the connection. Without this a script fails beyond the agent's maximum.
   *
   * @param limit the hold limit of the rule in octets; the agent's own maximum applies too
   */
  public AgentPlaybook refuses(int limit) {
    holdLimit = Math.min(limit, agent.maxHold());
    refuses = true;
    return this;
  }

  /**
   * Silence may let octets pass undecided, and so may change what becomes of those that follow: the
   * edits of the agent are a convenience.
   */
  public AgentPlaybook mayPassInSilence() {
    mayPassInSilence = true;
    return this;
  }

  /** Sets the first seed of the random cuts; a failure reports the seed of its cuts. */
  public AgentPlaybook seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Sets how often the script is played with random cuts, how often it is moved with random cuts,
   * and how often races have a random order; 100 without this. Fewer are enough for each of many
   * random scripts.
   */
  public AgentPlaybook randomRounds(int rounds) {
    randomRounds = rounds;
    return this;
  }

  /** The agent of the script. */
  public Agent<?> agent() {
    return agent;
  }

  /** The reasons that the agent may count. */
  public List<AgentReason> reasons() {
    return reasons;
  }

  /** What the agent is told of the connection. */
  public Opening opening() {
    return opening;
  }

  /** Whether the agent's decisions are carried out. */
  public boolean isEnforced() {
    return opening.isEnforced();
  }

  /** The steps of the script. */
  public List<Step> steps() {
    return List.copyOf(opening.isEnforced() ? steps : monitoredSteps);
  }

  /**
   * The script on a connection that is only monitored. Both ends receive all that is sent, as
   * {@link #serverGets} and {@link #clientGets} then say. The checks in mid-script are left out.
   */
  public AgentPlaybook monitored() {
    AgentPlaybook twin =
        new AgentPlaybook(agent).declaring(reasons).seed(seed).randomRounds(randomRounds);
    twin.opening = opening.asMonitored();
    monitoredSteps.stream()
        .filter(step -> !(step instanceof Got))
        .forEach(twin.monitoredSteps::add);
    for (Direction direction : Direction.BOTH) {
      twin.gets(direction, Step.sent(twin.monitoredSteps, direction));
    }
    twin.holdLimit = holdLimit;
    twin.refuses = refuses;
    twin.mayPassInSilence = mayPassInSilence;
    return twin;
  }

  /** The number of undecided octets beyond which the hold policy applies. */
  public int holdLimit() {
    return holdLimit;
  }

  /**
   * Plays the script in all ways.
   *
   * @return the outcome, which is the same in all of them
   * @throws AssertionError if an outcome is not as expected or depends on the way
   */
  public Outcome play() {
    Outcome whole = outcomeOf(Variation.WHOLE);
    checkExpected(whole);
    new Variations(steps(), seed, randomRounds).forEach(each -> compare(whole, each));
    if (opening.isEnforced()) {
      playMonitored(whole);
    }
    return whole;
  }

  /**
   * Plays the script only as it is written: for fuzz targets, which play many.
   *
   * @throws AssertionError if the outcome is not as expected
   */
  public Outcome playWhole() {
    Outcome whole = outcomeOf(Variation.WHOLE);
    checkExpected(whole);
    return whole;
  }

  private void playMonitored(Outcome whole) {
    Outcome twin;
    try {
      twin = monitored().play();
    } catch (AssertionError e) {
      throw new AssertionError("monitored, " + e.getMessage(), e);
    }
    Outcome expectedTwin =
        new Outcome(twin.clientToServer(), twin.serverToClient(), whole.ending(), whole.reports());
    require("monitored", Difference.of(expectedTwin, twin));
  }

  private AgentPlaybook adding(Step step) {
    steps.add(step);
    monitoredSteps.add(step);
    return this;
  }

  private void checkExpected(Outcome whole) {
    expected.forEach((direction, octets) ->
        require("whole", Difference.ofStreams(direction, octets, whole.stream(direction))));
    if (refuses != whole.ending().equals(Outcome.HOLD_LIMIT)) {
      int most = Play.mostHeld(script(), Variation.WHOLE);
      throw new AssertionError("whole: " + Difference.ofHeld(refuses, holdLimit, most));
    }
  }

  private void compare(Outcome whole, Variation variation) {
    Outcome outcome = outcomeOf(variation);
    if (variation.hasPause() && mayPassInSilence) {
      return;
    }
    boolean isRaced = variation.order() != null;
    String difference =
        isRaced ? Difference.of(whole.sorted(), outcome.sorted()) : Difference.of(whole, outcome);
    require(variation.name(), difference);
  }

  private Outcome outcomeOf(Variation variation) {
    return Play.run(script(), variation);
  }

  private Script script() {
    return new Script(agent, opening, reasons, steps(), holdLimit, mayPassInSilence);
  }

  private static void require(String how, @Nullable String difference) {
    if (difference != null) {
      throw new AssertionError(how + ": " + difference);
    }
  }
}
