package dev.midstream.jgroups.carrier;

import org.jspecify.annotations.Nullable;

/** A node cannot take part in its cluster. The message is one line for an operator. */
public final class CarrierException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Refusal refusal;

  public CarrierException(Refusal refusal) {
    this(refusal, null);
  }

  public CarrierException(Refusal refusal, @Nullable Throwable cause) {
    super(refusal.text(), cause);
    this.refusal = refusal;
  }

  /** What is wrong. */
  public Refusal refusal() {
    return refusal;
  }
}
