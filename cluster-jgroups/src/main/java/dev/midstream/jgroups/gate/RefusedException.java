package dev.midstream.jgroups.gate;

import dev.midstream.jgroups.carrier.Refusal;
import java.io.IOException;

/** A connection did not pass the gate, for a reason that an operator can understand. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Refusal refusal;

  RefusedException(Refusal refusal) {
    super(refusal.text());
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}
