package dev.midstream.gateway.config;

import dev.midstream.agent.settings.Quantity;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.gateway.config.Configuration.OnExit;
import dev.midstream.gateway.config.ConfigurationFile.Purpose;
import dev.midstream.gateway.config.PortSettings.LinkLocal;
import dev.midstream.wire.afpacket.ReceiveMode;
import java.util.List;

/** Reads the port's settings and checks whether {@code run} supports them. */
final class PortReader {
  private static final int MAX_INTERFACE_NAME_LENGTH = 15;

  private final SettingsReader root;
  private final SettingsReader section;

  PortReader(SettingsReader root) {
    this.root = root;
    section = root.section("port");
  }

  /** The port. Values that are wrong for every purpose are reported. */
  PortSettings read() {
    PortSettings port =
        new PortSettings(
            section.choice("kind", PortSettings.Kind.named(), PortSettings.Kind.AFPACKET),
            interfaceName("inside"),
            interfaceName("outside"),
            section.smallNumber("queue", Quantity.COUNT, 0, 65_535, 0),
            section.choice("receive", List.of(ReceiveMode.values()), ReceiveMode.MESSAGES),
            section.choice("link-local", List.of(LinkLocal.values()), LinkLocal.PASS));
    if (!port.inside().isEmpty()
        && port.inside().equals(port.outside())
        && section.node("outside") instanceof SettingsNode.Scalar outside) {
      section.refuse(outside, "outside", "must differ from inside");
    }
    section.refuseUnknownKeys();
    return port;
  }

  /** Reports settings with which {@code run} cannot use the port, if the purpose is to run. */
  void checkInline(PortSettings port, OnExit onExit, Purpose purpose) {
    if (!isInline(purpose)) {
      return;
    }
    if (!port.kind().isRunnable()) {
      if (section.node("kind") instanceof SettingsNode.Scalar kind) {
        section.refuse(kind, "kind", "run has no such port, only afpacket and tun");
      }
    } else if (section.node("inside") == null || section.node("outside") == null) {
      String command = purpose == Purpose.DISPATCH ? "dispatch" : "run";
      root.refuse(
          section.where(),
          "port",
          command + " needs port.inside and port.outside, names of interfaces");
    }
    if (port.kind() != PortSettings.Kind.AFPACKET) {
      refuseOpen(onExit, "is possible with port.kind=afpacket only");
    }
  }

  /** Reports settings with which {@code run} cannot do without a port, if the purpose is to run. */
  void checkWithout(OnExit onExit, Purpose purpose) {
    if (purpose == Purpose.INLINE || purpose == Purpose.AS_WRITTEN) {
      refuseOpen(onExit, "is not possible behind dispatchers, where a node has no port");
    }
  }

  private void refuseOpen(OnExit onExit, String message) {
    if (onExit == OnExit.OPEN && root.node("on-exit") instanceof SettingsNode.Scalar open) {
      root.refuse(open, "on-exit", message);
    }
  }

  /** Whether the purpose is to run. */
  boolean isInline(Purpose purpose) {
    return purpose == Purpose.INLINE
        || purpose == Purpose.DISPATCH
        || (purpose == Purpose.AS_WRITTEN && !section.isEmpty());
  }

  private String interfaceName(String key) {
    SettingsNode.Scalar scalar = section.scalar(key);
    if (scalar == null) {
      return "";
    }
    String name = scalar.text();
    boolean allowed =
        name.length() <= MAX_INTERFACE_NAME_LENGTH
            && !name.equals(".")
            && !name.equals("..")
            && name.chars().allMatch(c -> c > ' ' && c < 127 && c != '/' && c != ':');
    if (!allowed) {
      section.refuse(scalar, key, "must be the name of a network interface");
    }
    return name;
  }
}
