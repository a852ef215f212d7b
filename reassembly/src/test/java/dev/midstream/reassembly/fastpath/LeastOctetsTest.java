package dev.midstream.reassembly.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.box.FastPathBox;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.fastpath.FastPathModel;
import dev.midstream.wire.fastpath.RecallReason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How many octets pass before a connection is given away, and before it is once more. */
class LeastOctetsTest {
  private static final int LEAST_BYTES = 15;

  /** The last of the least octets: five were sent since the connection was parked. */
  private static final String GIVEN =
      FastPathTest.SETTLED
          + """
          c> . 9:19(10) ack 3 <nop,nop,TS 105/503>
          >s . 11:21(10) ack 3
          s> . 3:3(0) ack 21 <nop,nop,TS 504/105>
          >c . 3:3(0) ack 19
          """;

  private final FastPathModel model = new FastPathModel(8);
  private final Engine engine =
      TestEngine.inline(FastPathTest.editing())
          .fastPath(new FastPathTerms(model, LEAST_BYTES))
          .engine();
  private final Script script = new Script(new FastPathBox(engine, model), engine::finish);

  @Test
  @DisplayName("a connection is given away when it has sent so many octets")
  void isGivenAway() {
    script.run(FastPathTest.SETTLED);
    assertThat(engine.fastPath().connections()).isZero();
    script.run(GIVEN.substring(FastPathTest.SETTLED.length()));
    assertThat(engine.fastPath().connections()).isOne();
  }

  @Test
  @DisplayName("one of which so many were forwarded since returns when it is settled again")
  void returnsAtOnce() {
    script.run(
        GIVEN
            + """
            c> . 19:39(20) ack 3 <nop,nop,TS 106/504>
            >s . 21:41(20) ack 3
            """);
    takeBack();
    script.run(
        """
        s> . 3:3(0) ack 41 <nop,nop,TS 505/106>
        >c . 3:3(0) ack 39
        """);
    assertThat(engine.fastPath().connections()).isOne();
  }

  @Test
  @DisplayName("one of which few were forwarded stays until so many have passed, in all")
  void staysForTheRest() {
    script.run(
        GIVEN
            + """
            c> . 19:24(5) ack 3 <nop,nop,TS 106/504>
            >s . 21:26(5) ack 3
            """);
    takeBack();
    script.run(
        """
        c> . 24:33(9) ack 3 <nop,nop,TS 107/504>
        >s . 26:35(9) ack 3
        s> . 3:3(0) ack 35 <nop,nop,TS 505/107>
        >c . 3:3(0) ack 33
        """);
    assertThat(engine.fastPath().connections()).isZero();
    script.run(
        """
        c> . 33:34(1) ack 3 <nop,nop,TS 108/505>
        >s . 35:36(1) ack 3
        s> . 3:3(0) ack 36 <nop,nop,TS 506/108>
        >c . 3:3(0) ack 34
        """);
    assertThat(engine.fastPath().connections()).isOne();
  }

  @Test
  @DisplayName("one for which there is no room tries again after so many octets only")
  void waitsForRoom() {
    FastPathModel full = new FastPathModel(1);
    Engine other =
        TestEngine.inline(FastPathTest.editing())
            .fastPath(new FastPathTerms(full, LEAST_BYTES))
            .engine();
    Script small = new Script(new FastPathBox(other, full), other::finish);
    small.run(GIVEN);
    long before = other.fastPath().tally().full();
    assertThat(before).isOne();
    small.run(
        """
        c> . 19:29(10) ack 3 <nop,nop,TS 106/504>
        >s . 21:31(10) ack 3
        s> . 3:3(0) ack 31 <nop,nop,TS 505/106>
        >c . 3:3(0) ack 29
        """);
    assertThat(other.fastPath().tally().full()).isEqualTo(before);
  }

  /** An untouched connection, of whose client the kernel has forwarded 20 octets before its FIN. */
  private static final String HALF_CLOSED =
      TestEngine.OPEN
          + """
          c> P. 1:16(15) ack 1 <nop,nop,TS 102/500>
          >s same
          s> . 1:1(0) ack 16 <nop,nop,TS 501/102>
          >c same
          c> . 16:36(20) ack 1 <nop,nop,TS 103/501>
          >s same
          s> . 1:1(0) ack 36 <nop,nop,TS 502/103>
          >c same
          c> F. 36:36(0) ack 1 <nop,nop,TS 104/502>
          >s same
          s> . 1:1(0) ack 37 <nop,nop,TS 503/104>
          >c same
          """;

  @Test
  @DisplayName("after a FIN octets are counted anew, so that the other FIN finds the program")
  void staysBetweenTheFins() {
    Engine untouched = untouched();
    Script other = new Script(new FastPathBox(untouched, model), untouched::finish);
    other.run(HALF_CLOSED);
    assertThat(untouched.fastPath().connections()).isZero();
    other.run(
        """
        s> F. 1:1(0) ack 37 <nop,nop,TS 504/104>
        >c same
        c> . 37:37(0) ack 2 <nop,nop,TS 105/504>
        >s same
        """);
    assertThat(untouched.fastPath().tally().octets()).isEqualTo(20);
    assertThat(untouched.fastPath().tally().recalls(RecallReason.CONTROL_BITS)).isOne();
    assertThat(model.size()).isZero();
  }

  @Test
  @DisplayName("one half of which is closed returns when the other end has sent so many octets")
  void returnsHalfClosed() {
    Engine untouched = untouched();
    Script other = new Script(new FastPathBox(untouched, model), untouched::finish);
    other.run(
        HALF_CLOSED
            + """
            s> . 1:15(14) ack 37 <nop,nop,TS 504/104>
            >c same
            """);
    assertThat(untouched.fastPath().connections()).isZero();
    other.run(
        """
        s> . 15:16(1) ack 37 <nop,nop,TS 505/104>
        >c same
        """);
    assertThat(untouched.fastPath().connections()).isOne();
    other.run(
        """
        s> F. 16:16(0) ack 37 <nop,nop,TS 506/104>
        >c same
        """);
    assertThat(untouched.fastPath().tally().recalls(RecallReason.CONTROL_BITS)).isEqualTo(2);
    assertThat(model.size()).isZero();
  }

  private Engine untouched() {
    return TestEngine.inline(FastPathTest.editing())
        .serverPort(81)
        .fastPath(new FastPathTerms(model, LEAST_BYTES))
        .engine();
  }

  private void takeBack() {
    assertThat(engine.fastPath().connections()).isOne();
    engine.fastPath().recall(Connections.only(engine), 4_000_000_000L);
    assertThat(engine.fastPath().connections()).isZero();
  }
}
