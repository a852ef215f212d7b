package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Frames that come back to the box on the leg where they left. */
class WrongSideTest {
  private static final String EDITED =
      """
      c> P. 1:12(11) ack 1 "Hello world"
      >s P. 1:9(8) ack 1 "Hi world"
      s> P. 1:12(11) ack 9 "Hello world"
      >c P. 1:9(8) ack 12 "Hi world"
      c> P. 12:23(11) ack 9 "Hello world"
      >s P. 9:17(8) ack 12 "Hi world"
      s> . 12:12(0) ack 17
      >c . 9:9(0) ack 23
      nothing
      """;

  /** All that leaves comes back at once, as from a segment with a loop. */
  private static final class LoopedBox implements Box {
    private final Box inner;

    LoopedBox(Box inner) {
      this.inner = inner;
    }

    private record Sent(Octets frame, Leg leg) {}

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      List<Sent> sent = new ArrayList<>();
      PacketOutput noting =
          leaving -> {
            sent.add(new Sent(Octets.of(Frames.octets(leaving)), leaving.leg()));
            out.emit(leaving);
          };
      Leg to = packet.leg().opposite();
      Disposition disposition = inner.onPacket(packet, nowNanos, noting);
      if (disposition == Disposition.FORWARD) {
        sent.add(new Sent(Octets.of(Frames.octets(packet)), to));
      }
      for (Sent each : sent) {
        Packet back = Frames.packet(each.frame().toArray(), each.leg(), nowNanos);
        if (inner.onPacket(back, nowNanos, out) == Disposition.FORWARD) {
          out.emit(back.from(back.linkType(), back.leg().opposite(), 0, nowNanos));
        }
      }
      return disposition;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      inner.onTimer(nowNanos, out);
    }

    @Override
    public long nextDeadlineNanos() {
      return inner.nextDeadlineNanos();
    }
  }

  @Test
  @DisplayName("what was edited and comes back is dropped: it is not edited again")
  void dropsWhatComesBack() {
    Engine engine = TestEngine.inline("Hello", "Hi").engine();
    new Script(engine).run(TestEngine.OPEN);
    new Script(new LoopedBox(engine)).run(EDITED);
    assertThat(engine.counters().of(Reason.WRONG_SIDE)).isEqualTo(4);
  }
}
