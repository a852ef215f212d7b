package dev.midstream.worlds.playbook;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RulePolicies;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.Outcome;
import dev.midstream.testkit.playbook.Step;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** One run of a script through the engine: each step has its time. */
final class EngineRun {
  private static final long SECOND = 1_000_000_000L;
  private static final long DELAY_NANOS = 10_000_000L;

  /** Longer than it takes to repeat a packet that is lost five times in a row. */
  private static final long STEP_NANOS = 100 * SECOND;

  private static final double LOSS = 0.02;
  private static final String FINISH = "finish: ";
  private static final String NOT_MINE = "not mine: ";

  private final Agent<?> agent;
  private final List<Step> steps;
  private final boolean isEnforced;
  private final long holdNanos;
  private final long[] stepNanos;
  private final SimulatedNetwork network;
  private final Conversation talk;
  private final List<String> reports = new ArrayList<>();
  private String ending = "";
  private String failure = "";

  /** Prepares a run of {@code playbook} with segments of at most {@code segmentBytes}. */
  EngineRun(AgentPlaybook playbook, int segmentBytes, long seed) {
    agent = new OpenedAgent<>(playbook.agent(), playbook.opening());
    steps = playbook.steps();
    isEnforced = playbook.isEnforced();
    holdNanos = (steps.size() + 2) * STEP_NANOS;
    stepNanos = times();
    network =
        new SimulatedNetwork(Path.of(DELAY_NANOS).withFaults(WireFaults.losing(LOSS)), seed)
            .place(engine(playbook));
    EndpointOptions options = EndpointOptions.MODERN.withMss(segmentBytes);
    talk =
        network.open(
            Ends.IPV4,
            Party.opening(options, application(Direction.CLIENT_TO_SERVER)),
            Party.waiting(options, application(Direction.SERVER_TO_CLIENT)));
  }

  /** When each step begins; the last time is the end of the script. */
  private long[] times() {
    long[] times = new long[steps.size() + 1];
    times[0] = STEP_NANOS;
    for (int i = 0; i < steps.size(); i++) {
      boolean isSilence = steps.get(i) instanceof Step.Silence;
      times[i + 1] = times[i] + (isSilence ? 2 * holdNanos : STEP_NANOS);
    }
    return times;
  }

  private Engine engine(AgentPlaybook playbook) {
    Rule rule =
        new Rule(
            "all",
            Match.ANY,
            Action.ALLOW,
            "played",
            agent,
            playbook.isEnforced() ? Mode.ENFORCE : Mode.MONITOR,
            RulePolicies.NONE,
            playbook.reasons());
    return new Engine(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(List.of(rule), Action.ALLOW, Mode.ENFORCE),
            Policies.DEFAULTS,
            EngineLimits.DEFAULTS.withHoldNanos(holdNanos).withHoldBytes(playbook.holdLimit()),
            Timeouts.DEFAULTS,
            Vantage.INLINE),
        new HashSeed(1, 2),
        new UnpooledByteBufAllocator(true, true),
        new Noted());
  }

  /** Notes what the agent counts and reports, and how the connection ends. */
  private final class Noted implements EventSink {
    @Override
    public void event(Reason reason, String connection, String text) {
      note(reason, text);
    }

    @Override
    public void agentEvent(String code, String connection, String text) {
      reports.add(code.substring(code.indexOf('.') + 1) + ": " + text);
    }
  }

  private void note(Reason reason, String text) {
    String why = text.substring(text.indexOf(" why=") + " why=".length());
    switch (reason) {
      case REPORT -> reports.add(text);
      case DETACHED -> ending = "detach";
      case NOT_MINE -> ending = NOT_MINE + why;
      case AGENT_RESET -> ending = "reset: " + why;
      case AGENT_ABORT -> ending = "abort: " + towards(text) + ": " + why;
      case HOLD_LIMIT -> ending = Outcome.HOLD_LIMIT;
      case AGENT_FAILED -> failure = text;
      default -> {}
    }
  }

  private static String towards(String text) {
    String rest = text.substring(text.indexOf(" towards=") + " towards=".length());
    return rest.substring(0, rest.indexOf(' '));
  }

  private Application application(Direction direction) {
    Application application = new Application();
    for (int i = 0; i < steps.size(); i++) {
      application.until(stepNanos[i]);
      perform(steps.get(i), direction, application);
    }
    return application;
  }

  private static void perform(Step step, Direction direction, Application application) {
    switch (step) {
      case Step.Send send when send.direction() == direction ->
          application.write(send.octets().toArray());
      case Step.End end when end.direction() == direction -> application.close();
      case Step.Race race -> race.steps().forEach(each -> perform(each, direction, application));
      case Step.Send send -> {}
      case Step.End end -> {}
      case Step.Silence silence -> {}
      case Step.Got got -> {}
    }
  }

  /** Runs until step {@code index} begins. */
  void awaitStep(int index) {
    network.runUntil(stepNanos[index] - 1);
    if (!failure.isEmpty()) {
      throw new AssertionError(failure);
    }
  }

  /** What the receiver of {@code direction} has received so far. */
  Octets received(Direction direction) {
    return Octets.of(talk.receiver(direction).received());
  }

  /** The outcome so far; a stream that a reset cut off is that of {@code expected}. */
  Outcome outcome(Outcome expected) {
    return new Outcome(
        stream(Direction.CLIENT_TO_SERVER, expected),
        stream(Direction.SERVER_TO_CLIENT, expected),
        ending,
        reports(expected));
  }

  /**
   * What was reported, and which directions of those that must be finished have ended; of a
   * monitored connection none ends.
   */
  private List<String> reports(Outcome expected) {
    List<String> all = new ArrayList<>(reports);
    for (String each : expected.reports()) {
      if (each.startsWith(FINISH) && (!isEnforced || hasEnded(each))) {
        all.add(each);
      }
    }
    return all;
  }

  private boolean hasEnded(String finish) {
    return talk.receiver(Direction.valueOf(finish.substring(FINISH.length()))).isReadToEnd();
  }

  private Octets stream(Direction direction, Outcome expected) {
    Octets received = received(direction);
    Octets whole = expected.stream(direction);
    boolean isReset =
        ending.startsWith("reset: ")
            || ending.startsWith("abort: " + direction)
            || (agent.denies() && ending.startsWith(NOT_MINE))
            || ending.equals(Outcome.HOLD_LIMIT);
    return isReset && received.isPrefixOf(whole) ? whole : received;
  }
}
