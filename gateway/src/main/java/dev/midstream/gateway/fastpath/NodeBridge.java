package dev.midstream.gateway.fastpath;

import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.FastPathSettings;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.gateway.config.PortSettings.LinkLocal;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.wire.fastpath.EarlierPins;
import dev.midstream.wire.fastpath.FastPathBridge;
import dev.midstream.wire.fastpath.FastPathException;
import dev.midstream.wire.fastpath.HiddenPins;
import dev.midstream.wire.fastpath.Orphans;
import java.nio.file.Path;
import java.util.Locale;

/** The kernel's program as the configuration of a node wants it. */
final class NodeBridge {
  private NodeBridge() {}

  /** An earlier program may have had {@code on-crash: open}: then the kernel forwards still. */
  static void removePinned(PortSettings port, NodeLog log) throws InputException {
    try {
      Orphans orphans =
          port.kind() == PortSettings.Kind.AFPACKET
              ? FastPathBridge.removePinned(port.inside(), port.outside())
              : null;
      if (orphans != null) {
        log.info("closed the way that a program with on-crash: open has left open");
        sayNotReset(orphans, log);
      } else if (isSuspicious(port)) {
        log.warn(
            "both interfaces are promiscuous, and the user may not look for pins: if a program"
                + " with on-crash: open has died here, the kernel forwards each frame, too");
      }
    } catch (FastPathException e) {
      throw new InputException(
          "on-crash: closed, but the kernel forwards still: " + e.getMessage());
    }
  }

  /**
   * A program between other interfaces may have died: of what passes there, this one sees nothing.
   */
  static void sayElsewhere(PortSettings port, NodeLog log) {
    try {
      for (Path each : EarlierPins.openElsewhere(port.inside(), port.outside())) {
        log.warn(
            "the kernel forwards all frames between other interfaces, where a program has died,"
                + " until one is started there or its directory is removed, pins="
                + each);
      }
    } catch (FastPathException e) {
      log.warn("cannot tell where else the kernel forwards, error=" + e.getMessage());
    }
  }

  private static boolean isSuspicious(PortSettings port) {
    return port.kind() == PortSettings.Kind.AFPACKET
        && HiddenPins.areLikely(port.inside(), port.outside());
  }

  /** Says at the end how many connections go on without their numbers being mapped. */
  static void sayNotReset(Orphans orphans, NodeLog log) {
    if (orphans.notReset() > 0) {
      log.warn("no time to reset edited connections, connections=" + orphans.notReset());
    }
  }

  /**
   * Loads the program and attaches it to the interfaces.
   *
   * @param opens whether the kernel forwards when the program is silent
   * @param isUsed whether connections may be given to the kernel
   */
  static FastPathBridge open(
      Configuration configuration, boolean opens, boolean isUsed, NodeLog log)
      throws FastPathException {
    FastPathSettings settings = configuration.fastPath();
    PortSettings port = configuration.port();
    int entries = settings.entries();
    FastPathBridge bridge =
        opens
            ? FastPathBridge.openPinned(
                port.inside(), port.outside(), entries, port.linkLocal() == LinkLocal.DROP)
            : FastPathBridge.open(port.inside(), port.outside(), entries);
    sayRemoved(bridge, log);
    try {
      if (settings.passesEarly() && isUsed) {
        bridge.setEarly(EarlyRules.of(configuration.rules()));
      }
      return bridge;
    } catch (FastPathException e) {
      bridge.giveUp();
      throw e;
    }
  }

  private static void sayRemoved(FastPathBridge bridge, NodeLog log) {
    Orphans removed = bridge.removed();
    if (removed != null) {
      log.warn(
          "closed the way that a program has left open between one of the interfaces and another");
      sayNotReset(removed, log);
    }
  }

  /** Why a configuration gives nothing to the kernel; empty if it does. */
  static String obstacle(Configuration configuration, boolean isRecording) {
    PortSettings port = configuration.port();
    if (port.kind() != PortSettings.Kind.AFPACKET) {
      return "port.kind is " + port.kind().name().toLowerCase(Locale.ROOT);
    }
    if (configuration.cluster() != null) {
      return "the node is in a cluster";
    }
    if (configuration.mode() == Mode.MONITOR) {
      return "mode is monitor";
    }
    return isRecording ? "packets are recorded" : "";
  }
}
