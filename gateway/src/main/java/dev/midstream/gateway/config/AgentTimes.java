package dev.midstream.gateway.config;

import dev.midstream.agent.settings.Quantity;
import dev.midstream.agent.settings.SettingsReader;

/**
 * How long one call of an agent may last.
 *
 * @param slowNanos after this time the agent is named
 * @param endNanos after this time the connection of the call is given up
 */
public record AgentTimes(long slowNanos, long endNanos) {
  /** The documented defaults. */
  public static final AgentTimes DEFAULTS = new AgentTimes(1_000_000_000L, 10_000_000_000L);

  /** A watchdog looks ten times a second. */
  private static final long MIN_NANOS = 100_000_000;

  /** Reads the keys among those of {@code limits}. */
  static AgentTimes read(SettingsReader limits) {
    return new AgentTimes(
        nanos(limits, "agent-time", DEFAULTS.slowNanos),
        nanos(limits, "agent-end", DEFAULTS.endNanos));
  }

  private static long nanos(SettingsReader limits, String key, long defaultValue) {
    return limits.number(
        key, Quantity.NANOS, MIN_NANOS, ConfigurationReader.MAX_NANOS, defaultValue);
  }
}
