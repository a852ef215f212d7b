package dev.midstream.worlds.law;

import dev.midstream.modcmd.map.Invariant;
import java.util.Locale;

/** A law of the engine that a world can break, with its number in docs/laws.md. */
public enum Law {
  FIDELITY(1),
  STABILITY(2),
  HONESTY(3),
  MONOTONY(4),
  ONCE(5),
  BOUNDS(6),
  UNTOUCHED(7),
  ALL_OR_NOTHING(8),
  TAKEOVER(9),
  EXPLAINED(10),
  PROGRESS(11);

  private final int number;

  Law(int number) {
    this.number = number;
  }

  /** The name in a replay line, such as {@code law4}. */
  public String code() {
    return "law" + number;
  }

  /** The law with this code. */
  public static Law ofCode(String code) {
    for (Law each : values()) {
      if (each.code().equals(code)) {
        return each;
      }
    }
    throw new IllegalArgumentException("no such law: code=" + code);
  }

  /** The law that an invariant belongs to. */
  public static Law of(Invariant invariant) {
    return switch (invariant) {
      case RELEASED_IS_DECIDED, BEFORE_NEVER_FALLS -> FIDELITY;
      case OUTPUT_IS_STABLE, FOLDING_MOVES_NOTHING -> STABILITY;
      case ACKNOWLEDGEMENT_IS_HONEST, SACK_IS_HONEST, ADVERTISED_ACK_IS_COVERED, CUSTODY_IS_HELD ->
          HONESTY;
      case ACKNOWLEDGEMENT_NEVER_FALLS, EDGE_NEVER_LEFT, ADVERTISED_ACK_NEVER_FALLS -> MONOTONY;
      case RELEASED_NEVER_FALLS -> MONOTONY;
      case DECIDED_NEVER_FALLS -> ONCE;
      case CUSTODY_WITHIN_EDGE, RELEASED_WITHIN_RIGHT_EDGE, WAITING_IS_BOUNDED -> BOUNDS;
      case ACKNOWLEDGEMENT_REACHES_CUT -> PROGRESS;
    };
  }

  @Override
  public String toString() {
    return code() + " (" + name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")";
  }
}
