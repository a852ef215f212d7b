package dev.midstream.gateway.config;

import dev.midstream.agent.settings.Quantity;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import java.util.List;

/**
 * How traffic passes when the program gives no sign of life.
 *
 * @param way whether it passes
 * @param afterNanos after how long a silence it does
 */
public record OnCrash(Way way, long afterNanos) {
  /** The documented defaults. */
  public static final OnCrash DEFAULTS = new OnCrash(Way.CLOSED, 1_000_000_000);

  private static final String KEY = "on-crash";
  private static final String AFTER = "on-crash-after";
  private static final long MIN_NANOS = 100_000_000;
  private static final long MAX_NANOS = 3_600_000_000_000L;

  /** Whether traffic passes. */
  public enum Way {
    /** Not at all. */
    CLOSED,
    /** Through the kernel, unedited. */
    OPEN
  }

  /** Whether traffic passes. */
  public boolean opens() {
    return way == Way.OPEN;
  }

  static OnCrash read(SettingsReader root) {
    return new OnCrash(
        root.choice(KEY, List.of(Way.values()), DEFAULTS.way),
        root.number(AFTER, Quantity.NANOS, MIN_NANOS, MAX_NANOS, DEFAULTS.afterNanos));
  }

  /** Refuses the key where it cannot be. */
  void check(SettingsReader root, boolean isPossible, String needed) {
    if (opens() && !isPossible && root.node(KEY) instanceof SettingsNode.Scalar open) {
      root.refuse(open, KEY, needed);
    }
  }
}
