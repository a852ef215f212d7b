package dev.midstream.reassembly.law;

import java.util.Locale;

/** A promise of the engine that a live world can show broken, with its number in the design. */
enum Law {
  FIDELITY(1),
  STABILITY(2),
  HONESTY(3),
  MONOTONY(4),
  ONCE(5),
  BOUNDS(6),
  UNTOUCHED(7),
  ALL_OR_NOTHING(8),
  EXPLAINED(10),
  PROGRESS(11);

  private final int number;

  Law(int number) {
    this.number = number;
  }

  /** What it is called in a replay line, such as {@code law4}. */
  String code() {
    return "law" + number;
  }

  /** The law with this code. */
  static Law ofCode(String code) {
    for (Law each : values()) {
      if (each.code().equals(code)) {
        return each;
      }
    }
    throw new IllegalArgumentException("no such law: code=" + code);
  }

  @Override
  public String toString() {
    return code() + " (" + name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")";
  }
}
