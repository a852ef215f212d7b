package dev.midstream.testkit.playbook;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;

/** One step of a script. */
sealed interface Step {
  /** The direction of the step. */
  Direction direction();

  /** The sender sends octets. */
  record Send(Direction direction, Octets octets) implements Step {}

  /** The sender's stream ends. */
  record End(Direction direction) implements Step {}

  /** No octets arrive for the hold time. */
  record Silence(Direction direction) implements Step {}
}
