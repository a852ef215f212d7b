package dev.midstream.reassembly.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.box.FastPathBox;
import dev.midstream.testkit.box.FrontBox;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.fastpath.FastPathModel;
import dev.midstream.wire.fastpath.FlowKey;
import dev.midstream.wire.fastpath.RecallReason;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Segments that wait before the engine while their connection is given away. */
class WaitingSegmentsTest {
  private final FastPathModel model = new FastPathModel(8);
  private final Engine engine =
      TestEngine.inline(FastPathTest.editing()).fastPath(new FastPathTerms(model, 0)).engine();
  private final Kernel kernel = new Kernel(engine);
  private final Script script = new Script(kernel, engine::finish);

  /** Lets packets through to the engine that came before the connection was given away. */
  private final class Kernel implements FrontBox {
    private final Box engine;
    private final Box front;
    private boolean waited;

    private Kernel(Box engine) {
      this.engine = engine;
      front = new FastPathBox(engine, model);
    }

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      return (waited ? engine : front).onPacket(packet, nowNanos, out);
    }

    @Override
    public Box box() {
      return engine;
    }
  }

  private void pass(boolean waited, String lines) {
    kernel.waited = waited;
    script.run(lines);
  }

  @Test
  @DisplayName("segments that waited leave with the newest headers, and the connection stays away")
  void keepsTheConnection() {
    pass(false, FastPathTest.SETTLED);
    pass(
        false,
        """
        c> . 19:29(10) ack 3 <nop,nop,TS 107/503>
        >s . 21:31(10) ack 3
        s> . 3:13(10) ack 11 <nop,nop,TS 506/104>
        >c . 3:13(10) ack 9
        """);
    pass(
        true,
        """
        c> . 9:19(10) ack 3 <nop,nop,TS 105/503>
        >s . 11:21(10) ack 3 <nop,nop,TS 107/503>
        """);
    assertThat(engine.fastPath().connections()).isEqualTo(1);
    assertThat(model.size()).isEqualTo(2);
    pass(
        false,
        """
        s> . 13:13(0) ack 31 <nop,nop,TS 507/107>
        >c . 13:13(0) ack 29
        c> F. 29:29(0) ack 13 <nop,nop,TS 108/507>
        >s F. 31:31(0) ack 13
        s> F. 13:13(0) ack 32 <nop,nop,TS 508/108>
        >c F. 13:13(0) ack 30
        """);
    assertThat(engine.fastPath().tally().recalls(RecallReason.CONTROL_BITS)).isEqualTo(1);
    assertThat(model.size()).isZero();
  }

  @Test
  @DisplayName("what waited and lies beyond all that the kernel forwarded is known after a recall")
  void goesBeyondTheEntries() {
    pass(false, FastPathTest.SETTLED);
    pass(
        true,
        """
        c> . 9:19(10) ack 3 <nop,nop,TS 105/503>
        >s . 11:21(10) ack 3
        s> . 3:3(0) ack 21 <nop,nop,TS 504/105>
        >c . 3:3(0) ack 19
        """);
    assertThat(engine.fastPath().connections()).isEqualTo(1);
    pass(
        false,
        """
        c> . 19:20(1) ack 3 <nop,nop,TS 106/504>
        >s . 21:22(1) ack 3
        """);
    pass(
        true,
        """
        c> . 20:30(10) ack 3 <nop,nop,TS 107/504>
        >s . 22:32(10) ack 3
        """);
    engine.fastPath().recall(Connections.only(engine), 4_000_000_000L);
    assertThat(Connections.client(engine).decided()).isEqualTo(29);
    assertThat(Connections.client(engine).acknowledged()).isEqualTo(20);
    assertThat(Connections.client(engine).receiver().sendWindow().rightEdge())
        .isEqualTo(20 + 65_535);
    assertThat(Connections.client(engine).headers().timestampValue()).isEqualTo(107);
  }

  @Test
  @DisplayName("what the kernel would not forward takes the connection back, though it waited")
  void isTakenBack() {
    pass(false, FastPathTest.SETTLED);
    pass(
        true,
        """
        c> . 8:19(11) ack 3 <nop,nop,TS 105/503>
        >s . 10:21(11) ack 3
        c> F. 19:19(0) ack 3 <nop,nop,TS 105/503>
        >s F. 21:21(0) ack 3
        """);
    assertThat(engine.fastPath().connections()).isZero();
    assertThat(model.size()).isZero();
  }

  @Test
  @DisplayName("while all are taken back in steps, what waited takes its connection back at once")
  void isTakenBackBeforeItsStep() {
    pass(false, FastPathTest.SETTLED);
    FastPathRecall recall = engine.pauseFastPath();
    pass(
        true,
        """
        c> . 9:19(10) ack 3 <nop,nop,TS 105/503>
        >s . 11:21(10) ack 3
        """);
    assertThat(engine.fastPath().connections()).isZero();
    assertThat(model.size()).isZero();
    assertThat(recall.step(1, 4_000_000_000L)).isTrue();
  }

  @Test
  @DisplayName("segments before one that took the connection back are no news")
  void waitedBeforeARecall() {
    pass(false, FastPathTest.SETTLED);
    pass(
        false,
        """
        c> . 19:29(10) ack 3 <nop,nop,TS 106/503>
        >s . 21:31(10) ack 3
        """);
    FlowKey key = Connections.only(engine).key().flowKey(model.newKey(), true);
    assertThat(model.recall(key, RecallReason.HEADERS)).isTrue();
    pass(
        true,
        """
        c> . 9:19(10) ack 3 <nop,nop,TS 105/503>
        >s . 11:21(10) ack 3 <nop,nop,TS 106/503>
        c> F. 29:29(0) ack 3 <nop,nop,TS 107/503>
        >s F. 31:31(0) ack 3
        """);
    assertThat(engine.fastPath().connections()).isZero();
  }
}
