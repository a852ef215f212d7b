package dev.midstream.wire.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.tun.TunPort;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages to the operator when a port cannot be opened. */
@Tag("live")
final class PortOpeningTest {

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @ParameterizedTest
  @EnumSource
  void reportsMissingCapability(ReceiveMode mode) {
    try (Network network = new Network(1500)) {
      String message =
          network.box.in(() -> {
            Capabilities.drop();
            return refusal(() -> AfPacketPort.open("in0", "out0", mode, (leg, state) -> {}));
          });
      assertThat(message).contains("CAP_NET_RAW");
    }
  }

  @ParameterizedTest
  @EnumSource
  void reportsMissingInterface(ReceiveMode mode) {
    try (Network network = new Network(1500)) {
      String message =
          network.box.in(
              () -> refusal(() -> AfPacketPort.open("in0", "out9", mode, (leg, state) -> {})));
      assertThat(message).contains("no such interface").contains("name=out9");
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesNonEthernetInterface(ReceiveMode mode) {
    try (Network network = new Network(1500)) {
      network.box.ip("tuntap add dev tun9 mode tun");
      String message =
          network.box.in(
              () -> refusal(() -> AfPacketPort.open("in0", "tun9", mode, (leg, state) -> {})));
      assertThat(message).contains("not an Ethernet interface").contains("name=tun9");
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesMemberOfBridge(ReceiveMode mode) {
    try (Network network = new Network(1500)) {
      network.box.ip("link add br0 type bridge", "link set out0 master br0");
      assertThat(refusal(network, mode))
          .isEqualTo(
              "out0 belongs to the bridge br0, so that frames would pass twice or around the rules;"
                  + " take it out first: ip link set out0 nomaster");
      network.box.ip("link set out0 nomaster");
      assertThat(refusal(network, mode)).startsWith("opened");
    }
  }

  @Test
  void refusesSameInterfaceForBothLegs() {
    assertThatThrownBy(() -> AfPacketPort.open("lo", "lo", ReceiveMode.RING, (leg, state) -> {}))
        .isInstanceOf(PortException.class)
        .hasMessageContaining("same interface: name=lo");
  }

  @Test
  void reportsMissingCapabilityForTunDevice() {
    try (NameSpace nameSpace = new NameSpace()) {
      String message =
          nameSpace.in(() -> {
            Capabilities.drop();
            return refusal(() -> TunPort.open("tun0", "tun1", (leg, state) -> {}));
          });
      assertThat(message).contains("TUN device").contains("CAP_NET_ADMIN");
    }
  }

  @Test
  void reportsTunDeviceNameInUse() {
    try (NameSpace nameSpace = new NameSpace()) {
      String message =
          nameSpace.in(() -> refusal(() -> TunPort.open("tun0", "tun0", (leg, state) -> {})));
      assertThat(message).contains("taken").contains("name=tun0");
    }
  }

  @FunctionalInterface
  private interface Opening {
    AutoCloseable open() throws PortException;
  }

  private static String refusal(Network network, ReceiveMode mode) {
    return network.box.in(
        () -> refusal(() -> AfPacketPort.open("in0", "out0", mode, (leg, state) -> {})));
  }

  private static String refusal(Opening opening) throws Exception {
    try (AutoCloseable opened = opening.open()) {
      return "opened " + opened;
    } catch (PortException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
