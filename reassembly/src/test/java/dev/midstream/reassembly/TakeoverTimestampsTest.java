package dev.midstream.reassembly;

import static dev.midstream.reassembly.script.MovedBox.tookOver;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.EndingAgents;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An engine that takes over a connection that both ends opened at once, with timestamps. */
class TakeoverTimestampsTest {
  @Test
  @DisplayName(
      "HDP-17 H-1 law 11 an end whose SYN-ACK is in no record has the timestamps of its SYN")
  void takesTheTimestampsOfTheSecondSyn() {
    tookOver(
            TestEngine.inline(EndingAgents.abortingReceivers()),
            """
            c> S 0:0(0) <mss 1460,TS 10/0>
            >s same
            s> S 0:0(0) <mss 1460,TS 20/0>
            >c same
            c> S. 0:0(0) ack 1 <mss 1460,TS 11/20>
            >s same
            """,
            """
            s> S. 0:0(0) ack 1 <mss 1460,TS 21/10>
            >c same
            """)
        .run(
            """
            at 0.1s
            c> P. 1:2(1) ack 1 <TS 100/21> "X"
            >s same
            >c FP. 1:3(2) ack 1 "no" <TS 21/100>
            >s R. 1:1(0) ack 1 <TS 100/21>
            >s R. 2:2(0) ack 1 <TS 100/21>
            >c . 4:4(0) ack 2 <TS 21/100>
            """);
  }

  @Test
  @DisplayName(
      "HDP-17 H-1 law 11 a late segment is not taken for the newest one: the other end's echo is")
  void takesANewerEchoAfterALateSegment() {
    tookOver(
            TestEngine.inline(LineAgents.passing()),
            """
            c> S 0:0(0) win 65535 <mss 1460,TS 100/0>
            >s same
            s> S. 0:0(0) ack 1 win 1000 <mss 1460,TS 500/100>
            >c same
            c> . 1:1(0) ack 1 <TS 101/500>
            >s same
            """,
            """
            s> . 1:1(0) ack 1 win 30000 <TS 520/101>
            >c same
            """)
        .run(
            """
            at 0.1s
            s> . 1:1(0) ack 1 win 20000 <TS 510/101>
            >c same
            c> P. 1:3(2) ack 1 <TS 150/520> "QU"
            at 0.2s
            >c . 1:1(0) ack 3 win 19998 <TS 520/150>
            """);
  }

  @Test
  @DisplayName(
      "HDP-17 H-1 the record of a connection that is parked tells when its ends were heard")
  void knowsWhenAnEndOfAParkedConnectionWasHeard() {
    Succession engines =
        new Succession(
            TestEngine.inline(SimpleAgents.passing()).parkAfter(60_000_000_000L),
            CommitMode.ON_CHANGE);
    Script script = new Script(engines);
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460,TS 1000/0>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460,TS 5000/1000>
        >c same
        c> . 1:1(0) ack 1 <TS 1000/5000>
        >s same
        c> P. 1:801(800) ack 1 <TS 1050/5000> "%s"
        >s same
        s> . 1:1(0) ack 801 <TS 5050/1050>
        >c same
        at 60.1s
        """
            .formatted("a".repeat(800)));
    int[] parked = new int[1];
    engines.engine().forEachParked(each -> parked[0]++);
    assertThat(parked[0]).isOne();
    engines.takeOver(60_100_000_000L);
    script.run("at 60.2s\nc> . 801:801(0) ack 1 <TS 61250/5050>\n>s same\n");
    assertThat(Connections.client(engines.engine()).headers().hasMicroseconds()).isFalse();
  }

  @Test
  @DisplayName("HDP-17 H-1 law 4 the clock of an end goes on that an old segment speaks for")
  void advancesTheClockForAnOldSegment() {
    Succession engines =
        new Succession(TestEngine.inline(SimpleAgents.passing()), CommitMode.STRICT);
    Script script = new Script(engines);
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460,TS 1000/0>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460,TS 5000/1000>
        >c same
        c> . 1:1(0) ack 1 <TS 2000/5000>
        >s same
        at 0.2s
        c> P. 1:2(1) ack 1 <TS 202000/5000> "a"
        >s same
        s> . 1:1(0) ack 2 <TS 205000/202000>
        >c same
        c> P. 2:5(3) ack 1 <TS 207000/205000> "bcd"
        >s same
        s> . 1:1(0) ack 5 <TS 209000/207000>
        >c same
        c> P. 5:6(1) ack 1 <TS 211000/209000> "e"
        >s same
        """);
    engines.takeOver(script.nowNanos());
    script.run(
        """
        at 3000s
        c> . 1:2(1) ack 1 <TS -1294965296/209000> "a"
        >s . 4:4(0) ack 1 <TS -1295797670/5000>
        """);
  }

  @Test
  @DisplayName("HDP-17 H-1 law 1 an echo counts beside a timestamp that an hour-old record holds")
  void takesAnEchoOfAnEndThatWasHeardLongAgo() {
    Succession engines =
        new Succession(TestEngine.inline(SimpleAgents.passing()), CommitMode.STRICT);
    Script script = new Script(engines);
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460,TS 1000/0>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460,TS 5000/1000>
        >c same
        c> . 1:1(0) ack 1 <TS 1010/5000>
        >s same
        c> P. 1:2(1) ack 1 <TS 1020/5000> "a"
        >s same
        s> . 1:1(0) ack 2 <TS 5020/1020>
        >c same
        """);
    engines.takeOver(script.nowNanos());
    script.run(
        """
        at 3600s
        s> . 1:1(0) ack 2 <TS 3605000/3600500>
        >c same
        c> . 1:2(1) ack 1 <TS 3590000/5020> "a"
        >s . 1:1(0) ack 1 <TS 3600500/5020>
        """);
  }

  /** Ends say 1020 and 5020 last, and another engine takes over at once. */
  private static Succession heir(Script[] script) {
    Succession engines =
        new Succession(TestEngine.inline(SimpleAgents.passing()), CommitMode.STRICT);
    script[0] = new Script(engines);
    script[0].run(
        """
        c> S 0:0(0) win 65535 <mss 1460,TS 1000/0>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460,TS 5000/1000>
        >c same
        c> . 1:1(0) ack 1 <TS 1010/5000>
        >s same
        c> P. 1:2(1) ack 1 <TS 1020/5000> "a"
        >s same
        s> . 1:1(0) ack 2 <TS 5020/1020>
        >c same
        c> . 2:2(0) ack 1 <TS 1040/5020>
        >s same
        """);
    engines.takeOver(script[0].nowNanos());
    return engines;
  }

  @Test
  @DisplayName("HDP-17 H-1 law 4 an echo does not make its end's next segment look older")
  void takesTheFirstSegmentAfterAnEcho() {
    Script[] script = new Script[1];
    Succession engines = heir(script);
    script[0].run(
        """
        at 2400s
        s> . 1:1(0) ack 2 <TS -1894962296/1040>
        >c same
        c> . 2:2(0) ack 1 <TS -1894966236/-1894962296>
        >s same
        """);
    assertThat(Connections.client(engines.engine()).headers().isTimestampEstimated()).isFalse();
  }

  @Test
  @DisplayName("HDP-17 H-1 law 1 an echo counts although a clock of microseconds has wrapped")
  void takesAnEchoOfAnyOrder() {
    Script[] script = new Script[1];
    heir(script);
    script[0].run(
        """
        at 3000s
        s> . 1:1(0) ack 2 <TS -1294962296/-1294966296>
        >c same
        c> . 1:2(1) ack 1 <TS -1294966396/5020> "a"
        >s . 1:1(0) ack 1 <TS -1294966296/5020>
        """);
  }

  @Test
  @DisplayName("HDP-17 H-1 law 4 an echo that is a little older does not count")
  void takesNoOlderEcho() {
    Script[] script = new Script[1];
    Succession engines = heir(script);
    script[0].run(
        """
        at 5000s
        s> . 1:1(0) ack 2 <TS 5005000/995>
        >c same
        """);
    assertThat(Connections.client(engines.engine()).headers().timestampValue())
        .isBetween(1000, 1040);
  }
}
