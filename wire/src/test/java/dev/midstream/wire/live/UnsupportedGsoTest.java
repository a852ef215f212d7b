package dev.midstream.wire.live;

import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegCounter;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.LegState;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Frames that the kernel cannot describe with a virtio header, here UDP super-datagrams as virtual
 * machines send them: they are lost, and no others are.
 */
@Tag("live")
final class UnsupportedGsoTest {
  private static final byte[] SENDER = hex("02aabbccddee");
  private static final byte[] TO_ALL = join(hex("ffffffffffff"), SENDER);
  private static final byte[] PLAIN = hex("00 00 0000 0000 0000 0000");
  private static final byte[] ORDINARY = join(TO_ALL, hex("88b5"), counting(100));
  private static final byte[] UNSUPPORTED_GSO =
      join(
          hex("01 03 2a00 c805 2200 0600"),
          TO_ALL,
          hex("0800 4500 1f5c 0001 4000 4011 0000 0a010001 0a010002 03e8 1b59 1f48 0000"),
          counting(8_000));

  private final Queue<Leg> stopped = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @ParameterizedTest
  @EnumSource
  void forwardsFramesAfterUnsupportedGso(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        TapDevice machine = TapDevice.in(network.box, "tap0");
        RawEndpoint server = RawEndpoint.at(network.server, "s0", SENDER);
        LiveBox box = start(network, mode)) {
      machine.send(join(PLAIN, ORDINARY));
      assertThat(server.receive(5_000)).isEqualTo(ORDINARY);
      assertNextFramesPass(machine, server);
      assertThat(stopped.contains(Leg.INSIDE)).isEqualTo(mode == ReceiveMode.RING);
      LegCounter lost = mode == ReceiveMode.RING ? LegCounter.MISSED : LegCounter.NOT_RECEIVABLE;
      assertThat(box.counters(Leg.INSIDE).get(lost)).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void forwardsFramesAfterUnsupportedGsoOnRenamedInterface(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        TapDevice machine = TapDevice.in(network.box, "tap0");
        RawEndpoint server = RawEndpoint.at(network.server, "s0", SENDER);
        LiveBox box = start(network, mode)) {
      network.box.ip("link set tap0 down", "link set tap0 name tap1", "link set tap1 up");
      assertThat(box.nextName().name()).isEqualTo("tap1");
      assertNextFramesPass(machine, server);
    }
  }

  @Test
  void countsEachUnsupportedFrameOfBatch() throws Exception {
    try (Network network = new Network(1500);
        TapDevice machine = TapDevice.in(network.box, "tap0");
        LiveBox box = start(network, ReceiveMode.MESSAGES)) {
      for (int round = 1; round <= 20; round++) {
        machine.send(join(PLAIN, ORDINARY));
        machine.send(UNSUPPORTED_GSO);
        machine.send(join(PLAIN, ORDINARY));
        awaitCount(box, LegCounter.RECEIVED_FRAMES, 2L * round);
        awaitCount(box, LegCounter.NOT_RECEIVABLE, round);
      }
    }
  }

  /**
   * Sends a frame that the kernel cannot describe, then ordinary ones until one of them arrives.
   */
  private static void assertNextFramesPass(TapDevice machine, RawEndpoint server) throws Exception {
    machine.send(UNSUPPORTED_GSO);
    long startNanos = System.nanoTime();
    byte[] received = null;
    while (received == null && System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(10)) {
      machine.send(join(PLAIN, ORDINARY));
      received = server.receive(100);
    }
    assertThat(received).isEqualTo(ORDINARY);
  }

  private static void awaitCount(LiveBox box, LegCounter counter, long count) {
    Eventually.holds(counter + "=" + count, () -> box.counters(Leg.INSIDE).get(counter) == count);
  }

  private LiveBox start(Network network, ReceiveMode mode) {
    return LiveBox.start(
        network.box,
        new ObservingBox(),
        live ->
            AfPacketPort.open(
                "tap0",
                "out0",
                mode,
                new LegListener() {
                  @Override
                  public void onState(Leg leg, LegState state) {
                    live.onState(leg, state);
                  }

                  @Override
                  public void onName(Leg leg, String name) {
                    live.onName(leg, name);
                  }

                  @Override
                  public void onRingStopped(Leg leg) {
                    stopped.add(leg);
                  }
                }));
  }
}
