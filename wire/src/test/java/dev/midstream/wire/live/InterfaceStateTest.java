package dev.midstream.wire.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.afpacket.Share;
import dev.midstream.wire.live.LiveBox.Change;
import dev.midstream.wire.live.LiveBox.Device;
import dev.midstream.wire.live.LiveBox.Name;
import dev.midstream.wire.lock.InterfaceLock;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegCounter;
import dev.midstream.wire.port.LegState;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The port while an interface is down, renamed or gone, and afterwards. */
@Tag("live")
final class InterfaceStateTest {
  private static final long MILLI = 1_000_000L;
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int LONG_WAIT_MILLIS = 1_000;
  private static final int SHORT_WAIT_MILLIS = 200;

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @ParameterizedTest
  @EnumSource
  void resumesForwardingWhenInterfaceComesUp(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        LiveBox box = start(network, mode)) {
      assertThat(pings(network, TIMEOUT_MILLIS)).isTrue();
      network.box.ip("link set out0 down");
      assertThat(box.nextChange()).isEqualTo(new Change(Leg.OUTSIDE, LegState.DOWN));
      assertThat(pings(network, SHORT_WAIT_MILLIS)).isFalse();
      assertThat(box.counters(Leg.OUTSIDE).get(LegCounter.LINK_DOWN)).isPositive();
      network.box.ip("link set out0 up");
      assertForwardingResumes(network, box);
    }
  }

  @ParameterizedTest
  @EnumSource
  void reportsInterfaceWithoutCarrierAsDown(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        LiveBox box = start(network, mode)) {
      assertThat(pings(network, TIMEOUT_MILLIS)).isTrue();
      network.server.ip("link set s0 down");
      assertThat(pings(network, SHORT_WAIT_MILLIS)).isFalse();
      assertThat(box.nextChange()).isEqualTo(new Change(Leg.OUTSIDE, LegState.DOWN));
      long sent = box.counters(Leg.OUTSIDE).get(LegCounter.SENT_FRAMES);
      assertThat(pings(network, SHORT_WAIT_MILLIS)).isFalse();
      assertThat(box.counters(Leg.OUTSIDE).get(LegCounter.LINK_DOWN)).isPositive();
      assertThat(box.counters(Leg.OUTSIDE).get(LegCounter.SENT_FRAMES)).isEqualTo(sent);
      network.server.ip("link set s0 up");
      assertForwardingResumes(network, box);
    }
  }

  @ParameterizedTest
  @EnumSource
  void detectsLostCarrierWithoutTraffic(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        LiveBox box = start(network, mode)) {
      assertThat(pings(network, TIMEOUT_MILLIS)).isTrue();
      LockSupport.parkNanos(1_200 * MILLI);
      network.server.ip("link set s0 down");
      assertThat(box.nextChange()).isEqualTo(new Change(Leg.OUTSIDE, LegState.DOWN));
    }
  }

  @ParameterizedTest
  @EnumSource
  void sleepsWhileIdleOrInterfaceIsDown(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        LiveBox box = start(network, mode)) {
      assertThat(pings(network, TIMEOUT_MILLIS)).isTrue();
      network.box.ip("link set out0 down");
      assertThat(box.nextChange().state()).isEqualTo(LegState.DOWN);
      long beforeNanos = box.cpuNanos();
      assertThat(pings(network, LONG_WAIT_MILLIS)).isFalse();
      assertThat(box.cpuNanos() - beforeNanos).isLessThan(100 * MILLI);
      network.box.ip("link del in0");
      awaitAbsent(box, Leg.INSIDE);
      beforeNanos = box.cpuNanos();
      boolean answered =
          network.server.in(() -> Network.address("10.1.0.9").isReachable(LONG_WAIT_MILLIS));
      assertThat(answered).isFalse();
      assertThat(box.cpuNanos() - beforeNanos).isLessThan(100 * MILLI);
    }
  }

  @ParameterizedTest
  @EnumSource
  void resumesForwardingWhenInterfaceIsRecreated(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        LiveBox box = start(network, mode)) {
      assertThat(pings(network, TIMEOUT_MILLIS)).isTrue();
      network.box.ip("link del out0");
      awaitAbsent(box, Leg.OUTSIDE);
      network.wire("out0", "s0", network.server, 1500);
      network.server.ip("addr add 10.1.0.2/24 dev s0");
      network.client.ip("neigh flush dev c0");
      awaitUp(box);
      Traffic.bulk(network, "10.1.0.2", 5_000_000);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesInterfaceLockedByAnotherProgram(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        InterfaceLock lock = network.box.in(() -> InterfaceLock.acquire("in0", "out0"));
        LiveBox box = start(network, mode, new Share(null, 1, lock))) {
      assertThat(pings(network, TIMEOUT_MILLIS)).isTrue();
      network.box.ip("link del out0");
      awaitAbsent(box, Leg.OUTSIDE);
      network.wire("other", "s0", network.server, 1500);
      network.server.ip("addr add 10.1.0.2/24 dev s0");
      network.client.ip("neigh flush dev c0");
      try (InterfaceLock _ = network.box.in(() -> InterfaceLock.acquire("other", "lo"))) {
        network.box.ip("link set other down", "link set other name out0", "link set out0 up");
        assertThat(box.nextRefusal())
            .isEqualTo(
                "OUTSIDE: another midstream works on the interface already, end that one first:"
                    + " name=out0");
        assertThat(pings(network, LONG_WAIT_MILLIS)).isFalse();
        assertThat(box.hasChanged()).isFalse();
      }
      awaitUp(box);
      assertThat(pings(network, TIMEOUT_MILLIS)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void followsRenamedInterfaceAndReportsNewName(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        LiveBox box = start(network, mode)) {
      network.box.ip("link set in0 down", "link set in0 name in1", "link set in1 up");
      assertThat(box.nextName()).isEqualTo(new Name(Leg.INSIDE, "in1"));
      Traffic.bulk(network, "10.1.0.2", 5_000_000);
      network.box.ip("link set in1 down", "link set in1 name in0", "link set in0 up");
      assertThat(box.nextName()).isEqualTo(new Name(Leg.INSIDE, "in0"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void returnsToConfiguredNameWhenRenamedInterfaceIsGone(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        LiveBox box = start(network, mode)) {
      network.box.ip("link set out0 down", "link set out0 name out1", "link set out1 up");
      assertThat(box.nextName()).isEqualTo(new Name(Leg.OUTSIDE, "out1"));
      network.box.ip("link del out1");
      network.wire("out0", "s0", network.server, 1500);
      network.server.ip("addr add 10.1.0.2/24 dev s0");
      network.client.ip("neigh flush dev c0");
      assertThat(box.nextName()).isEqualTo(new Name(Leg.OUTSIDE, "out0"));
      assertThat(pings(network, TIMEOUT_MILLIS)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void startsWithInterfaceDown(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500)) {
      network.box.ip("link set in0 down");
      try (LiveBox box = start(network, mode)) {
        assertThat(box.nextChange()).isEqualTo(new Change(Leg.INSIDE, LegState.DOWN));
        network.box.ip("link set in0 up");
        assertThat(box.nextChange()).isEqualTo(new Change(Leg.INSIDE, LegState.UP));
        Traffic.bulk(network, "10.1.0.2", 5_000_000);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void reportsAnotherInterfaceAndAnotherMtu(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        LiveBox box = start(network, mode)) {
      Device inside = box.nextDevice();
      Device outside = box.nextDevice();
      assertThat(inside).isEqualTo(new Device(Leg.INSIDE, inside.index(), 1500));
      assertThat(outside).isEqualTo(new Device(Leg.OUTSIDE, outside.index(), 1500));
      network.box.ip("link set in0 mtu 1400");
      assertThat(box.nextDevice()).isEqualTo(new Device(Leg.INSIDE, inside.index(), 1400));
      network.box.ip("link del out0");
      network.wire("out0", "s0", network.server, 1500);
      Device found = box.nextDevice();
      while (found.mtu() == 0) { // the port may see it disappear, in one step or in two, or not
        found = box.nextDevice();
      }
      assertThat(found.leg()).isEqualTo(Leg.OUTSIDE);
      assertThat(found.mtu()).isEqualTo(1500);
      assertThat(found.index()).isNotIn(0, inside.index(), outside.index());
    }
  }

  /** Fails unless the outside interface comes up again and stays up under load. */
  private static void assertForwardingResumes(Network network, LiveBox box) throws IOException {
    assertThat(box.nextChange()).isEqualTo(new Change(Leg.OUTSIDE, LegState.UP));
    Traffic.bulk(network, "10.1.0.2", 5_000_000);
    assertThat(box.hasChanged()).isFalse();
  }

  /** A new interface may be found down before it is up. */
  private static void awaitUp(LiveBox box) {
    LegState state = box.nextChange().state();
    while (state != LegState.UP) {
      state = box.nextChange().state();
    }
  }

  /** The kernel sets an interface down before it removes it; the port may see that or not. */
  private static void awaitAbsent(LiveBox box, Leg leg) {
    Change change = box.nextChange();
    if (change.equals(new Change(leg, LegState.DOWN))) {
      change = box.nextChange();
    }
    assertThat(change).isEqualTo(new Change(leg, LegState.ABSENT));
  }

  private static boolean pings(Network network, int millis) {
    return network.client.in(() -> Network.address("10.1.0.2").isReachable(millis));
  }

  private static LiveBox start(Network network, ReceiveMode mode) {
    return start(network, mode, Share.WHOLE);
  }

  private static LiveBox start(Network network, ReceiveMode mode, Share share) {
    return LiveBox.start(
        network.box,
        new ObservingBox(),
        live -> AfPacketPort.open("in0", "out0", mode, share, live));
  }
}
