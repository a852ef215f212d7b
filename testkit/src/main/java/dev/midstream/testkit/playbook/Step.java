package dev.midstream.testkit.playbook;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.command.Octets;

/** One line of a script. */
sealed interface Step {
  /** The direction it concerns. */
  Direction direction();

  /** The sender sends octets. */
  record Send(Direction direction, Octets octets) implements Step {}

  /** The sender's stream ends. */
  record End(Direction direction) implements Step {}

  /** Nothing comes for the hold time. */
  record Silence(Direction direction) implements Step {}
}
