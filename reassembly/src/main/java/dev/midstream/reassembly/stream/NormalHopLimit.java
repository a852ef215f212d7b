package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The normal hop limit (TTL) of one end's segments: that of its first segment without SYN, until
 * later segments show another route. Derived state.
 */
public final class NormalHopLimit {
  private static final int UNKNOWN = -1;
  private static final int MAX = 255;

  private int value = UNKNOWN;
  private int higher = UNKNOWN;
  private int confirmedLower = UNKNOWN;
  private boolean binding;

  /**
   * Takes the hop limit of the first segment.
   *
   * @param binding whether segments that the engine sends must carry the normal hop limit
   */
  public void begin(int hopLimit, boolean binding) {
    value = hopLimit;
    this.binding = binding;
  }

  void writeEssential(StateWriter out) {
    out.number((value + 1) << 1 | (binding ? 1 : 0));
  }

  void readEssential(StateReader in) {
    int bits = in.count((MAX + 1) << 1 | 1);
    value = (bits >>> 1) - 1;
    binding = (bits & 1) != 0;
  }

  void writeRest(StateWriter out) {
    out.number(higher + 1);
    out.number(confirmedLower + 1);
  }

  void readRest(StateReader in) {
    higher = in.count(MAX + 1) - 1;
    confirmedLower = in.count(MAX + 1) - 1;
  }

  /** Whether the normal hop limit is known. */
  public boolean isKnown() {
    return value != UNKNOWN;
  }

  /** Whether segments that the engine sends must carry it. */
  public boolean isBinding() {
    return binding;
  }

  /** The normal hop limit; it must be known. */
  public int value() {
    if (value == UNKNOWN) {
      throw new IllegalStateException("normal hop limit is not known yet");
    }
    return value;
  }

  /** Whether {@code hopLimit} is the normal one, and the last segment had no higher one. */
  public boolean isAlways(int hopLimit) {
    return hopLimit == value && higher == UNKNOWN;
  }

  /** Whether {@code hopLimit} is below normal by more than {@code slack}. */
  public boolean isLow(int hopLimit, int slack) {
    return hopLimit < value - slack;
  }

  /** Takes a hop limit that is not low. Two higher ones in a row raise the normal value. */
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

  /** A low-TTL segment confirmed known octets; the second confirmation lowers the normal value. */
  public void confirmLower(int hopLimit) {
    if (confirmedLower == UNKNOWN) {
      confirmedLower = hopLimit;
    } else {
      value = Math.max(confirmedLower, hopLimit);
      confirmedLower = UNKNOWN;
    }
  }
}
