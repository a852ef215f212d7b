package dev.midstream.testkit.sim.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.sim.time.EventQueue;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class FaultyWireTest {
  private static final int FRAMES = 10_000;
  private static final long DELAY_NANOS = 1_000_000;
  private static final long GAP_NANOS = 1_000;
  private static final int ISN = Ends.IPV4.clientIsn();

  private final EventQueue events = new EventQueue();
  private final FramePool pool = new FramePool();
  private final List<Integer> arrived = new ArrayList<>();
  private final List<Long> times = new ArrayList<>();
  private int damaged;

  @Test
  void deliversInOrderAndInTimeWithoutFaults() {
    send(wire(WireLimits.ofDelay(DELAY_NANOS), WireFaults.NONE), FRAMES);
    assertThat(arrived).hasSize(FRAMES).isSorted();
    for (int i = 0; i < FRAMES; i++) {
      assertThat(times.get(i)).isEqualTo(i * GAP_NANOS + DELAY_NANOS);
    }
  }

  @Test
  void dropsFramesAtGivenRate() {
    FaultyWire wire = wire(WireLimits.ofDelay(DELAY_NANOS), WireFaults.losing(0.1));
    send(wire, FRAMES);
    assertThat(arrived.size()).isCloseTo(9_000, Offset.offset(150));
    assertThat(wire.lostFrames()).isEqualTo(FRAMES - arrived.size());
    assertThat(arrived).isSorted();
    assertThat(wire.inFlight()).isZero();
  }

  @Test
  void dropsWholeBursts() {
    send(wire(WireLimits.ofDelay(DELAY_NANOS), WireFaults.NONE.withBursts(0.01, 5)), FRAMES);
    int run = 0;
    for (int i = 1; i < arrived.size(); i++) {
      int gap = arrived.get(i) - arrived.get(i - 1) - 1;
      assertThat(gap % 5).isZero();
      run += gap / 5;
    }
    assertThat(run).isBetween(60, 140);
  }

  @Test
  void duplicatesFrames() {
    send(wire(WireLimits.ofDelay(DELAY_NANOS), WireFaults.NONE.withDuplication(0.1)), FRAMES);
    assertThat(arrived.size()).isCloseTo(11_000, Offset.offset(150));
    assertThat(arrived).isSorted();
  }

  @Test
  void reordersFrames() {
    WireFaults faults = WireFaults.NONE.withReordering(0.1, 50 * GAP_NANOS);
    send(wire(WireLimits.ofDelay(DELAY_NANOS), faults), FRAMES);
    assertThat(arrived).hasSize(FRAMES).doesNotHaveDuplicates();
    int late = 0;
    for (int i = 1; i < FRAMES; i++) {
      late += arrived.get(i) < arrived.get(i - 1) ? 1 : 0;
    }
    assertThat(late).isBetween(700, 1_100);
  }

  @Test
  void jitterDelaysButNeverReorders() {
    WireFaults faults = WireFaults.NONE.withJitter(20 * GAP_NANOS);
    send(wire(WireLimits.ofDelay(DELAY_NANOS), faults), FRAMES);
    assertThat(arrived).hasSize(FRAMES).isSorted();
    assertThat(times.getLast()).isGreaterThan((FRAMES - 1) * GAP_NANOS + DELAY_NANOS);
  }

  @Test
  void corruptsFramesDetectably() {
    WireFaults faults = WireFaults.NONE.withCorruption(0.2);
    send(wire(WireLimits.ofDelay(DELAY_NANOS), faults), FRAMES);
    assertThat(damaged).isCloseTo(2_000, Offset.offset(200));
  }

  @Test
  void queuesAndThenDropsOnSlowWire() {
    int frameBytes = frame(0).length;
    WireLimits limits =
        new WireLimits(DELAY_NANOS, 1_000_000_000L * frameBytes / 2_000, 10 * frameBytes);
    FaultyWire wire = wire(limits, WireFaults.NONE);
    send(wire, 1_000);
    assertThat(wire.lostFrames()).isBetween(470L, 500L);
    for (int i = 1; i < times.size(); i++) {
      assertThat(times.get(i) - times.get(i - 1)).isGreaterThanOrEqualTo(1_999);
    }
  }

  @Test
  void hitsAimedSegment() {
    FaultyWire wire = wire(WireLimits.ofDelay(DELAY_NANOS), WireFaults.NONE);
    wire.aim(AimedFault.drop(1, AimedFault.carrying(ISN, 3)));
    wire.aim(AimedFault.drop(7, AimedFault::data));
    wire.aim(AimedFault.duplicate(1, AimedFault.carrying(ISN, 8), 0));
    wire.aim(AimedFault.delay(10, AimedFault::any, 3 * GAP_NANOS + 1));
    wire.aim(AimedFault.corrupt(1, AimedFault.carrying(ISN, 14)));
    wire.aim(AimedFault.drop(1, AimedFault.flags(TcpFlags.SYN)));
    wire.aim(AimedFault.drop(1, AimedFault::pureAck));
    send(wire, 16);
    assertThat(arrived).containsExactly(0, 1, 2, 4, 5, 7, 8, 8, 10, 11, 12, 9, 13, 15);
    assertThat(damaged).isEqualTo(1);
  }

  private FaultyWire wire(WireLimits limits, WireFaults faults) {
    SplittableRandom random = new SplittableRandom(1);
    return new FaultyWire(events, pool, limits, faults, random, this::accept);
  }

  private void accept(Frame frame, long nowNanos) {
    FrameView view = new FrameView();
    Packet packet = frame.describe(new Packet(), Leg.OUTSIDE, nowNanos);
    if (view.read(packet) == FrameKind.TCP && view.isTcpChecksumRight()) {
      arrived.add(view.sequence() - ISN - 1);
      times.add(nowNanos);
    } else {
      damaged++;
    }
    pool.release(frame);
  }

  private void send(FaultyWire wire, int frames) {
    for (int i = 0; i < frames; i++) {
      byte[] octets = frame(i);
      events.at(
          i * GAP_NANOS,
          nowNanos ->
              wire.send(pool.copy(MemorySegment.ofArray(octets), 0, octets.length), nowNanos));
    }
    while (events.runNext()) {
      assertThat(wire.inFlight()).isNotNegative();
    }
  }

  /** A segment with one octet at offset {@code number}. */
  private static byte[] frame(int number) {
    return new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER)
        .sequence(ISN + 1 + number)
        .payload(Octets.of((byte) number))
        .build();
  }
}
