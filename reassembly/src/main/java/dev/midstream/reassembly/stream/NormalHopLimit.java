package dev.midstream.reassembly.stream;

/**
 * The hop limit, or time to live, that segments of one end normally arrive with: that of its first
 * segment without SYN, until others show that the route is another one.
 */
public final class NormalHopLimit {
  private static final int UNKNOWN = -1;

  private int value = UNKNOWN;
  private int higher = UNKNOWN;
  private int confirmedLower = UNKNOWN;
  private boolean binding;

  /**
   * Takes that of the first segment.
   *
   * @param binding whether what the engine sends carries the normal one
   */
  public void begin(int hopLimit, boolean binding) {
    value = hopLimit;
    this.binding = binding;
  }

  /** Whether there is one. */
  public boolean isKnown() {
    return value != UNKNOWN;
  }

  /** Whether what the engine sends carries it. */
  public boolean isBinding() {
    return binding;
  }

  /** The normal one; it must be known. */
  public int value() {
    if (value == UNKNOWN) {
      throw new IllegalStateException("normal hop limit is not known yet");
    }
    return value;
  }

  /** Whether {@code hopLimit} is lower than normal by more than {@code slack}. */
  public boolean isLow(int hopLimit, int slack) {
    return hopLimit < value - slack;
  }

  /** A segment came that is not low; two in a row from nearer raise the normal one. */
  public void observe(int hopLimit) {
    if (hopLimit <= value) {
      higher = UNKNOWN;
    } else if (higher == UNKNOWN) {
      higher = hopLimit;
    } else {
      value = Math.min(higher, hopLimit);
      higher = UNKNOWN;
    }
  }

  /** A low one came whose octets had come before; the second such sets the normal one. */
  public void confirmLower(int hopLimit) {
    if (confirmedLower == UNKNOWN) {
      confirmedLower = hopLimit;
    } else {
      value = Math.max(confirmedLower, hopLimit);
      confirmedLower = UNKNOWN;
    }
  }
}
