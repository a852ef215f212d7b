package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.header.TcpFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An engine goes on with damaged records, as far as they are records, and its packets go on. */
class DamagedRecordsTest {
  private static final Ends ENDS = Ends.IPV4;
  private static final long HOUR_NANOS = 3_600_000_000_000L;
  private static final int MOST_TIMERS = 10_000;

  private final TestEngine engines = inline();
  private final List<byte[]> records = records();

  private static TestEngine inline() {
    return TestEngine.inline(SimpleAgents.replacing("Hello", "Hi"));
  }

  /** Records with edits, octets in flight and in custody, and an end. */
  private static List<byte[]> records() {
    Succession succession = new Succession(inline(), CommitMode.STRICT);
    new Script(succession)
        .run(
            TestEngine.OPEN
                + """
                c> P. 1:6(5) ack 1 "Hello"
                >s P. 1:3(2) ack 1 "Hi"
                s> . 1:1(0) ack 3
                >c . 1:1(0) ack 6
                c> P. 6:12(6) ack 1 "Hello!"
                >s P. 3:6(3) ack 1 "Hi!"
                s> P. 1:4(3) ack 3 "Hel"
                at 0.3s
                >s . 6:6(0) ack 4
                s> F. 4:4(0) ack 3
                >c FP. 1:4(3) ack 6 "Hel"
                """);
    return LongStream.rangeClosed(1, succession.log().committed())
        .mapToObj(succession.log()::record)
        .toList();
  }

  /** Goes on with {@code damaged} for hours; nothing may be thrown, loop, or be left behind. */
  private void goOn(List<byte[]> damaged) {
    Succession succession = new Succession(engines, CommitMode.STRICT);
    Replica replica = new Replica();
    for (byte[] each : damaged) {
      try {
        replica.apply(each, 0);
      } catch (MalformedState expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
    succession.goOnWith(replica, 0);
    advance(succession, 0, 1_000_000);
    send(succession, Direction.CLIENT_TO_SERVER, 6, 1, "Hello!");
    send(succession, Direction.SERVER_TO_CLIENT, 4, 6, "");
    send(succession, Direction.CLIENT_TO_SERVER, 12, 4, "Hello");
    send(succession, Direction.CLIENT_TO_SERVER, 17, 5, "");
    advance(succession, 1_000_000, 3 * HOUR_NANOS);
    succession.engine().leave(3 * HOUR_NANOS, packet -> {});
    assertThat(succession.engine().budget().usedBytes()).isZero();
    assertThat(engines.directBytes()).isZero();
  }

  private static void send(
      Succession engines, Direction direction, int position, int acknowledged, String text) {
    byte[] frame =
        new FrameBuilder(ENDS, direction)
            .flags(TcpFlags.ACK)
            .numbers(position, acknowledged)
            .window(65_535)
            .payload(Octets.ofText(text))
            .build();
    engines.onPacket(Frames.packet(frame, Ends.legOfSender(direction), 0), 1_000_000, packet -> {});
  }

  private static void advance(Succession engines, long fromNanos, long toNanos) {
    long nowNanos = fromNanos;
    for (int timers = 0; engines.nextDeadlineNanos() <= toNanos; timers++) {
      assertThat(timers).isLessThan(MOST_TIMERS);
      nowNanos = Math.max(nowNanos, engines.nextDeadlineNanos());
      engines.onTimer(nowNanos, packet -> {});
    }
  }

  /** {@code record} with {@code number} in place of the octet at {@code place}. */
  private static byte[] withNumber(byte[] record, int place, long number) {
    StateWriter out = new StateWriter();
    out.octets(record, 0, place);
    out.number(number);
    out.octets(record, place + 1, record.length - place - 1);
    return out.toOctets();
  }

  @Test
  @DisplayName("HDP-17 a number in a record may be any: it is refused, or the engine goes on")
  void goesOnWithAnyNumbers() {
    for (int i = 0; i < records.size(); i++) {
      for (int place = 0; place < records.get(i).length; place++) {
        for (long number : new long[] {1, 1_000, 1L << 40}) {
          List<byte[]> damaged = new ArrayList<>(records);
          damaged.set(i, withNumber(records.get(i), place, number));
          goOn(damaged);
        }
      }
    }
  }
}
