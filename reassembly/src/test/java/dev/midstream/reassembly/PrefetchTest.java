package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Reading ahead for a batch changes nothing but the time that its packets take. */
class PrefetchTest {
  private static final int CONNECTIONS = 40;
  private static final long PARK_NANOS = 1_000_000_000;
  private static final int MOST_OCTETS = 200;

  @Test
  @DisplayName("HSI-10 an engine does the same with packets of batches that it read ahead of")
  void changesNothing() {
    SeededRounds.run(
        30,
        random -> {
          Twin plain = new Twin();
          Twin ahead = new Twin();
          long nanos = 0;
          boolean parked = false;
          for (int batch = 0; batch < 60; batch++) {
            List<Frame> frames = batch(random);
            for (Frame frame : frames) {
              ahead.engine.prefetch(frame.packet(nanos));
            }
            for (Frame frame : frames.subList(0, random.nextInt(frames.size() + 1))) {
              plain.pass(frame, nanos);
              ahead.pass(frame, nanos);
            }
            nanos += random.nextLong(2 * PARK_NANOS);
            plain.engine.onTimer(nanos, plain.out);
            ahead.engine.onTimer(nanos, ahead.out);
            assertThat(ahead.seen).isEqualTo(plain.seen);
            assertThat(ahead.connections()).isEqualTo(plain.connections());
            parked |= !plain.parked().isEmpty();
          }
          assertThat(parked).as("connections were parked").isTrue();
          assertThat(ahead.engine.nextDeadlineNanos()).isEqualTo(plain.engine.nextDeadlineNanos());
          assertThat(ahead.engine.counters().byCode()).isEqualTo(plain.engine.counters().byCode());
        });
  }

  /** More packets than are read ahead, some of them damaged. */
  private static List<Frame> batch(RandomGenerator random) {
    List<Frame> frames = new ArrayList<>();
    int count = random.nextInt(1, 100);
    for (int i = 0; i < count; i++) {
      Frame frame = frame(random);
      if (random.nextInt(10) == 0) {
        frame.octets[random.nextInt(frame.octets.length)] = (byte) random.nextInt();
      }
      frames.add(frame);
    }
    return frames;
  }

  private static Frame frame(RandomGenerator random) {
    Direction direction =
        random.nextBoolean() ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
    boolean isClient = direction == Direction.CLIENT_TO_SERVER;
    Ends ends =
        (random.nextBoolean() ? Ends.IPV4 : Ends.IPV6)
            .withPorts(1 + random.nextInt(CONNECTIONS), 80);
    int kind = random.nextInt(4);
    int flags =
        kind == 0
            ? TcpFlags.SYN | (isClient ? 0 : TcpFlags.ACK)
            : TcpFlags.ACK | (random.nextInt(40) == 0 ? TcpFlags.FIN : 0);
    FrameBuilder built =
        new FrameBuilder(ends, direction)
            .flags(flags)
            .sequence(ends.isn(direction) + (kind == 0 ? 0 : 1))
            .acknowledgement(flags == TcpFlags.SYN ? 0 : ends.isn(direction.opposite()) + 1)
            .payload(
                Octets.ofText(
                    kind == 1 ? "Hello".repeat(1 + random.nextInt(MOST_OCTETS / 5)) : ""));
    return new Frame(built.build(), Ends.legOfSender(direction));
  }

  /** A frame of which each engine gets a copy. */
  @SuppressWarnings("ArrayRecordComponent") // frames are not compared
  private record Frame(byte[] octets, Leg leg) {
    Packet packet(long nanos) {
      return Frames.packet(octets.clone(), leg, nanos);
    }
  }

  /** An engine, and what it did. */
  private static final class Twin {
    private final Engine engine = TestEngine.inline("Hello", "Hi").parkAfter(PARK_NANOS).engine();
    private final List<Octets> seen = new ArrayList<>();
    private final PacketOutput out = packet -> seen.add(Octets.of(Frames.octets(packet)));

    private void pass(Frame frame, long nanos) {
      Packet packet = frame.packet(nanos);
      seen.add(Octets.ofText(engine.onPacket(packet, nanos, out).name()));
      seen.add(Octets.of(Frames.octets(packet)));
    }

    private List<String> connections() {
      List<String> names = new ArrayList<>();
      engine.forEachConnection(each -> names.add(each.name() + " " + each.state()));
      names.addAll(parked());
      return names;
    }

    private List<String> parked() {
      List<String> names = new ArrayList<>();
      engine.forEachParked(each -> names.add("parked " + each.name() + " " + each.state()));
      return names;
    }
  }
}
