package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Octets that the engine reported and does not own, because no copy of them is confirmed. */
class VouchedOctetsTest {
  /** [11, 21) filled a gap before vouched octets; nothing after 11 is acknowledged. */
  private static final String VOUCHED =
      """
      c> . 1:11(10) ack 1
      >s same
      s> . 1:1(0) ack 11
      >c same
      c> . 21:31(10) ack 1
      >c . 1:1(0) ack 11 <sack 21:31>
      c> . 11:21(10) ack 1
      >s . 11:31(20) ack 1
      """;

  private final MemoryLog log = new MemoryLog(CommitMode.ON_CHANGE);
  private final Engine engine = TestEngine.inline(SimpleAgents.passing()).log(log).engine();
  private final Script script = Scripts.of(engine);

  /** The script after the opening, whose record is committed, and none after it. */
  private Script opened() {
    script.run(TestEngine.OPEN);
    log.commitTo(log.appended());
    engine.onCommitted(0, packet -> {});
    return script;
  }

  @Test
  @DisplayName("H-19 H-3 a silent receiver of octets that are only vouched is not given up")
  void givesUpNoReceiverOfVouchedOctets() {
    opened().run(VOUCHED);
    String[] times = {
      "0.06s", "0.26s", "0.66s", "1.46s", "3.06s", "6.26s", "12.66s", "25.46s", "51.06s", "102.26s",
      "162.26s", "222.26s", "282.26s"
    };
    script.run(InCustody.sentAt(">s P. 21:31(10) ack 1", times));
    assertThat(engine.counters().of(Reason.CUSTODY_EXPIRED)).isZero();
  }

  @Test
  @DisplayName("H-3 octets before a gap are their sender's to retransmit, beside vouched ones")
  void retransmitsNothingBeforeAGap() {
    opened()
        .run(
            """
            c> . 1:11(10) ack 1
            >s same
            c> . 21:31(10) ack 1
            at 5s
            >c . 1:1(0) ack 1 <sack 21:31>
            at 50s
            nothing
            """);
  }

  @Test
  @DisplayName("H-3 vouched octets whose output waits for the window are acknowledged")
  void acknowledgesVouchedOctetsThatWait() {
    TestEngine.inline("Hello", "HelloHello")
        .run(
            """
            c> S 0:0(0) <mss 1460,sackOK>
            >s same
            s> S. 0:0(0) ack 1 win 11 <mss 1460,sackOK>
            >c same
            c> . 1:1(0) ack 1
            >s same
            c> . 2:8(6) ack 1 "HelloB"
            >c . 1:1(0) ack 1 win 11 <sack 2:8>
            c> . 1:8(7) ack 1 "AHelloB"
            >s . 1:12(11) ack 1 "AHelloHello"
            s> . 1:1(0) ack 12 win 0
            >c . 1:1(0) ack 8 win 4
            """);
  }

  @Test
  @DisplayName("H-3 an acknowledgement goes on to the end of what both have reported")
  void acknowledgesReportedOctetsNextToVouched() {
    TestEngine.inline("x", "y")
        .open(
            """
            c> . 1:11(10) ack 1
            >s same
            c> . 21:31(10) ack 1
            s> . 1:1(0) ack 11
            >c same
            >c . 1:1(0) ack 11 <sack 21:31>
            c> . 11:21(10) ack 1
            >s . 11:31(20) ack 1
            c> . 31:41(10) ack 1
            >s same
            s> . 1:1(0) ack 11 <sack 31:41>
            >c same
            s> . 1:1(0) ack 21 <sack 31:41>
            >c . 1:1(0) ack 41 win 65515
            """);
  }

  @Test
  @DisplayName("H-3 vouched octets that the receiver reported are not retransmitted")
  void retransmitsNoReportedOctets() {
    opened()
        .run(
            VOUCHED
                + """
                c> . 31:41(10) ack 1
                >s same
                s> . 1:1(0) ack 11 <sack 21:31>
                >c same
                at 50s
                nothing
                """);
  }

  @Test
  @DisplayName("H-3 RFC 6675 each lost range of vouched octets is retransmitted")
  void retransmitsEachLostRange() {
    opened()
        .run(
            """
            c> . 1:11(10) ack 1
            >s same
            s> . 1:1(0) ack 11
            >c same
            c> . 21:31(10) ack 1
            >c . 1:1(0) ack 11 <sack 21:31>
            c> . 41:51(10) ack 1
            >c . 1:1(0) ack 11 <sack 41:51 21:31>
            c> . 11:21(10) ack 1
            >s . 11:31(20) ack 1
            c> . 31:41(10) ack 1
            >s . 31:51(20) ack 1
            c> . 51:61(10) ack 1
            >s same
            c> . 61:71(10) ack 1
            >s same
            c> . 71:81(10) ack 1
            >s same
            s> . 1:1(0) ack 11 <sack 51:61>
            >c same
            s> . 1:1(0) ack 11 <sack 51:71>
            >c same
            s> . 1:1(0) ack 11 <sack 51:81>
            >c same
            >s P. 21:31(10) ack 1
            >s P. 41:51(10) ack 1
            """);
  }

  @Test
  @DisplayName("law 6 H-3 what was acknowledged is vouched no more, and leaves room for reports")
  void forgetsAcknowledgedReports() {
    StringBuilder gaps = new StringBuilder();
    for (int at = 1; at < 300 * 20; at += 20) {
      int gapEnd = at + 10;
      int end = at + 20;
      gaps.append("c> . %d:%d(10) ack 1\n".formatted(gapEnd, end));
      gaps.append(">c . 1:1(0) ack %d <sack %d:%d>\n".formatted(at, gapEnd, end));
      gaps.append("c> . %d:%d(10) ack 1\n>s . %d:%d(20) ack 1\n".formatted(at, gapEnd, at, end));
      gaps.append("s> . 1:1(0) ack %d\n>c . 1:1(0) ack %d\n".formatted(end, end));
    }
    opened().run(gaps.toString());
  }
}
