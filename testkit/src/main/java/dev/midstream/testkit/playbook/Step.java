package dev.midstream.testkit.playbook;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import java.util.ArrayList;
import java.util.List;

/** One step of a script. */
public sealed interface Step {

  /** The sender of {@code direction} sends octets. */
  record Send(Direction direction, Octets octets) implements Step {}

  /** The sender's stream ends. */
  record End(Direction direction) implements Step {}

  /** No octets arrive in {@code direction} for the hold time; undecided ones may pass. */
  record Silence(Direction direction) implements Step {}

  /** The receiver of {@code direction} has received exactly {@code octets} so far. */
  record Got(Direction direction, Octets octets) implements Step {
    /**
     * Checks what its receiver has {@code received} so far.
     *
     * @throws AssertionError if that is something else
     */
    public void check(Octets received) {
      String difference = Difference.ofStreams(direction, octets, received);
      if (difference != null) {
        throw new AssertionError("in mid-script " + difference);
      }
    }
  }

  /** Both ends send at the same time: the order between the two directions is open. */
  record Race(List<Step> steps) implements Step {
    /** Copies the steps. */
    public Race {
      steps = List.copyOf(steps);
    }

    /** The number of steps of {@code direction}, with each octet or each send as one. */
    int runs(Direction direction, boolean octetByOctet) {
      int count = 0;
      for (Step step : steps) {
        if (step instanceof Send send && send.direction() == direction) {
          count += octetByOctet ? send.octets().length() : Math.min(1, send.octets().length());
        } else if (step instanceof End end && end.direction() == direction) {
          count++;
        }
      }
      return count;
    }
  }

  /** All octets that the sender of {@code direction} sends in {@code steps}. */
  static Octets sent(List<Step> steps, Direction direction) {
    List<Octets> sent = new ArrayList<>();
    for (Step step : steps) {
      if (step instanceof Send send && send.direction() == direction) {
        sent.add(send.octets());
      } else if (step instanceof Race race) {
        sent.add(sent(race.steps(), direction));
      }
    }
    return Octets.join(sent.toArray(Octets[]::new));
  }

  /** The number of octets that are sent. */
  default int length() {
    return switch (this) {
      case Send send -> send.octets().length();
      case Race race -> race.steps().stream().mapToInt(Step::length).sum();
      case End end -> 0;
      case Silence silence -> 0;
      case Got got -> 0;
    };
  }
}
