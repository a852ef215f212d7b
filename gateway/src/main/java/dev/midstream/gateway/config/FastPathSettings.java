package dev.midstream.gateway.config;

import dev.midstream.agent.settings.Quantity;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import java.util.List;

/**
 * How connections that need no decision stay in the kernel.
 *
 * @param use whether they do
 * @param leastBytes payload octets that a connection has sent before
 * @param entries the most directions of connections in the kernel's table
 * @param passesEarly whether the kernel also forwards what no rule can match, without an entry
 * @param onCrash how traffic passes when the program gives no sign of life
 */
public record FastPathSettings(
    Use use, int leastBytes, int entries, boolean passesEarly, OnCrash onCrash) {
  /** The documented defaults. */
  public static final FastPathSettings DEFAULTS = new FastPathSettings(Use.AUTO, 1 << 16, 1 << 16);

  private static final String KEY = "fast-path";
  private static final String MODE = "mode";
  private static final int MAX_ENTRIES = 1 << 24;

  /** Whether connections stay in the kernel. */
  public enum Use {
    /** If it can be. */
    AUTO,
    /** Not. */
    OFF,
    /** The program does not run without it. */
    REQUIRE
  }

  /** Settings of a program after whose death nothing passes. */
  public FastPathSettings(Use use, int leastBytes, int entries) {
    this(use, leastBytes, entries, false, OnCrash.DEFAULTS);
  }

  /** Reads the key, one word or a section, and what happens at a crash. */
  static FastPathSettings read(SettingsReader root) {
    OnCrash onCrash = OnCrash.read(root);
    if (root.node(KEY) instanceof SettingsNode.Scalar) {
      return new FastPathSettings(
          use(root, KEY), DEFAULTS.leastBytes, DEFAULTS.entries, DEFAULTS.passesEarly, onCrash);
    }
    SettingsReader section = root.section(KEY);
    FastPathSettings read =
        new FastPathSettings(
            use(section, MODE),
            section.smallNumber(
                "least-octets",
                Quantity.BYTES,
                0,
                ConfigurationReader.MAX_BYTES,
                DEFAULTS.leastBytes),
            section.smallNumber("entries", Quantity.COUNT, 2, MAX_ENTRIES, DEFAULTS.entries),
            section.flag("pass-early", DEFAULTS.passesEarly),
            onCrash);
    section.refuseUnknownKeys();
    return read;
  }

  /** Refuses {@code on-crash: open} where that cannot be. */
  void check(SettingsReader root, boolean isAfPacket, boolean isInCluster) {
    onCrash.check(root, isAfPacket, "is possible with port.kind=afpacket only");
    onCrash.check(root, !isInCluster, "is not possible in a cluster");
    onCrash.check(root, use != Use.OFF, "is not possible with fast-path=off");
  }

  /**
   * Refuses {@code fast-path: require} where the program would not start with it.
   *
   * @param obstacle why the fast path cannot be; empty for no reason
   */
  void checkRequired(SettingsReader root, String obstacle) {
    if (use != Use.REQUIRE || obstacle.isEmpty()) {
      return;
    }
    if (root.node(KEY) instanceof SettingsNode.Scalar required) {
      root.refuse(required, KEY, obstacle);
    } else {
      SettingsReader section = root.section(KEY);
      if (section.node(MODE) instanceof SettingsNode.Scalar required) {
        section.refuse(required, MODE, obstacle);
      }
    }
  }

  private static Use use(SettingsReader section, String key) {
    return section.choice(key, List.of(Use.values()), DEFAULTS.use);
  }
}
