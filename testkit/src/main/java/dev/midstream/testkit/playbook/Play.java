package dev.midstream.testkit.playbook;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.testkit.playbook.Step.End;
import dev.midstream.testkit.playbook.Step.Got;
import dev.midstream.testkit.playbook.Step.Race;
import dev.midstream.testkit.playbook.Step.Send;
import dev.midstream.testkit.playbook.Step.Silence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A script played once, in one variation. */
final class Play {
  private final Script script;
  private final Variation variation;
  private final PlayedConnection<?> connection;
  private int place;
  private int races;

  /**
   * What is played.
   *
   * @param opening what the agent is told of the connection
   * @param reasons the reasons that the agent may count
   * @param holdLimit the number of undecided octets beyond which the hold policy applies
   * @param mayPassInSilence whether silence may let octets pass undecided
   */
  record Script(
      Agent<?> agent,
      Opening opening,
      List<AgentReason> reasons,
      List<Step> steps,
      int holdLimit,
      boolean mayPassInSilence) {
    Script {
      steps = List.copyOf(steps);
    }
  }

  /**
   * A part of what one end sends that arrives in one piece.
   *
   * @param octets empty for an end alone
   * @param place the number of octets of the script up to its end
   */
  private record Run(Direction direction, Octets octets, boolean ends, int place) {}

  private Play(Script script, Variation variation) {
    this.script = script;
    this.variation = variation;
    connection = new PlayedConnection<>(script.agent(), script, variation.moves());
  }

  /**
   * Plays a script to its end.
   *
   * @throws AssertionError if the agent does what it must not do
   */
  static Outcome run(Script script, Variation variation) {
    return played(script, variation).outcome();
  }

  /** The most octets of a direction that the agent leaves undecided, or needs, in a play. */
  static int mostHeld(Script script, Variation variation) {
    return played(script, variation).mostHeld();
  }

  private static PlayedConnection<?> played(Script script, Variation variation) {
    try {
      return new Play(script, variation).played();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(variation.name() + ": " + e.getMessage(), e);
    }
  }

  private PlayedConnection<?> played() {
    Deque<Step> left = new ArrayDeque<>(script.steps());
    while (!left.isEmpty()) {
      play(left.remove(), left);
    }
    return connection;
  }

  private void play(Step step, Deque<Step> next) {
    switch (step) {
      case Send send -> runs(send, next).forEach(this::deliver);
      case End end -> connection.end(end.direction());
      case Silence silence -> connection.flush(silence.direction());
      case Got got -> check(got);
      case Race race -> race(race);
    }
  }

  private void race(Race race) {
    Order order = variation.orderOf(races++);
    Deque<Step> left = new ArrayDeque<>(race.steps());
    if (order == null) {
      while (!left.isEmpty()) {
        play(left.remove(), left);
      }
      return;
    }
    Deque<Run> client = new ArrayDeque<>();
    Deque<Run> server = new ArrayDeque<>();
    while (!left.isEmpty()) {
      Step step = left.remove();
      boolean isClient = directionOf(step) == Direction.CLIENT_TO_SERVER;
      (isClient ? client : server).addAll(runs(step, left));
    }
    while (!client.isEmpty() || !server.isEmpty()) {
      boolean isClientNext =
          server.isEmpty()
              || (!client.isEmpty() && order.isClientNext(client.size(), server.size()));
      deliver((isClientNext ? client : server).remove());
    }
  }

  private static Direction directionOf(Step step) {
    return switch (step) {
      case Send send -> send.direction();
      case End end -> end.direction();
      default -> throw new IllegalArgumentException("no step of a race: " + step);
    };
  }

  /** The parts of {@code step}, a send or an end, as the variation cuts them. */
  private List<Run> runs(Step step, Deque<Step> next) {
    List<Run> runs = new ArrayList<>();
    if (step instanceof Send(Direction direction, Octets octets)) {
      boolean ends =
          variation.joinsEnds()
              && next.peek() instanceof End(Direction ended)
              && ended == direction;
      int start = 0;
      for (int stop = 1; stop <= octets.length(); stop++) {
        boolean last = stop == octets.length();
        if (last || variation.cuts().cutBefore(place + stop)) {
          runs.add(new Run(direction, octets.slice(start, stop), last && ends, place + stop));
          start = stop;
        }
      }
      place += octets.length();
    } else {
      runs.add(new Run(directionOf(step), Octets.empty(), true, -1));
    }
    return runs;
  }

  private void deliver(Run run) {
    connection.arrive(run.direction(), run.octets(), run.ends());
    if (variation.hasPause() && variation.pauseBefore() == run.place()) {
      Direction.BOTH.forEach(this::pause);
    }
  }

  private void pause(Direction direction) {
    Octets passed = connection.flush(direction);
    if (!passed.isEmpty() && !script.mayPassInSilence()) {
      long at = connection.decided(direction) - passed.length();
      throw new AssertionError(
          "silence lets octets pass undecided at " + at + ": " + Difference.quoted(passed));
    }
  }

  private void check(Got got) {
    if (!variation.hasPause() || !script.mayPassInSilence()) {
      got.check(connection.received(got.direction()));
    }
  }
}
