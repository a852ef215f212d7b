package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.Unmoved;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.notation.EmittedFrame;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Custody of octets whose copy elsewhere is confirmed late, in part, or never. */
class CopyGateTest {
  private static final long MILLI = 1_000_000L;

  private final LateCopies copies = new LateCopies();
  private final Engine engine = TestEngine.inline(LineAgents.passing()).copies(copies).engine();
  private final Script script = Scripts.of(engine);

  /** Confirms up to {@code confirmed}, and records the requests. */
  private static final class LateCopies implements CopyGate {
    private final List<Long> requested = new ArrayList<>();
    private @Nullable Connection connection;
    private long confirmed;

    @Override
    public long requestCopy(Connection connection, Stream stream, long orgEnd) {
      this.connection = connection;
      requested.add(orgEnd);
      return confirmed;
    }
  }

  /** Confirms copies up to {@code orgEnd}; returns the packets that leave. */
  private List<String> confirm(long orgEnd, long nowNanos) {
    copies.confirmed = orgEnd;
    List<String> made = new ArrayList<>();
    Connection requested = copies.connection;
    if (requested != null) {
      engine.onCopied(
          requested,
          nowNanos,
          packet -> made.add(EmittedFrame.of(packet, packet.leg()).line(Ends.IPV4)));
    }
    return made;
  }

  @Test
  @DisplayName("H-18 octets are acknowledged once a copy elsewhere is confirmed, not before")
  void acknowledgesConfirmedOctets() {
    script.run(TestEngine.OPEN + "c> . 1:5(4) ack 1 \"QUIT\"\nat 0.300s\nnothing\n");
    assertThat(copies.requested).containsExactly(4L);
    assertThat(engine.counters().of(Reason.COPY_AWAITED)).isOne();
    assertThat(engine.counters().of(Reason.CUSTODY)).isZero();

    assertThat(confirm(4, 300 * MILLI)).singleElement().asString().startsWith(">c . 1:1(0) ack 5 ");
    assertThat(confirm(4, 301 * MILLI)).isEmpty();
    assertThat(engine.counters().of(Reason.CUSTODY)).isOne();
    script.run("c> . 5:6(1) ack 1 \"\\n\"\n>s . 1:6(5) ack 1 \"QUIT\\n\"\n");
  }

  @Test
  @DisplayName("H-18 of partly confirmed octets the confirmed part is acknowledged")
  void acknowledgesPartlyConfirmedOctets() {
    script.run(TestEngine.OPEN + "c> . 1:5(4) ack 1 \"QUIT\"\nat 0.300s\nnothing\n");
    assertThat(confirm(3, 300 * MILLI)).singleElement().asString().startsWith(">c . 1:1(0) ack 4 ");
    assertThat(confirm(4, 400 * MILLI)).singleElement().asString().startsWith(">c . 1:1(0) ack 5 ");
  }

  @Test
  @Unmoved("an engine asks its own gate again for a copy")
  @DisplayName("H-18 octets never confirmed stay with the sender, and no timer runs for them")
  void unconfirmedOctetsStayWithTheSender() {
    script.run(
        TestEngine.OPEN
            + """
            c> . 1:5(4) ack 1 "QUIT"
            at 1.0s
            c> . 1:5(4) ack 1 "QUIT"
            >c . 1:1(0) ack 1
            at 3.0s
            c> . 1:5(4) ack 1 "QUIT"
            >c . 1:1(0) ack 1
            at 100s
            nothing
            c> . 1:6(5) ack 1 "QUIT\\n"
            >s . 1:6(5) ack 1 "QUIT\\n"
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 6
            """);
    assertThat(engine.counters().of(Reason.CUSTODY)).isZero();
    assertThat(engine.counters().of(Reason.COPY_AWAITED)).isOne();
    assertThat(copies.requested).as("once by the timer, once by each retransmission").hasSize(3);
  }

  @Test
  @Unmoved("an engine asks its own gate again for a copy")
  @DisplayName("H-18 later octets are requested too, after their own delay")
  void requestsConfirmationOfLaterOctets() {
    script.run(
        TestEngine.OPEN
            + """
            c> . 1:3(2) ack 1 "QU"
            at 0.150s
            c> . 3:5(2) ack 1 "IT"
            at 0.400s
            nothing
            """);
    assertThat(copies.requested).containsExactly(2L, 4L);
    assertThat(confirm(4, 400 * MILLI)).singleElement().asString().startsWith(">c . 1:1(0) ack 5 ");
  }

  @Test
  @DisplayName("H-18 a confirmation after the decision, or after the end, changes nothing")
  void ignoresALateConfirmation() {
    script.run(
        TestEngine.OPEN
            + """
            c> . 1:5(4) ack 1 "QUIT"
            at 0.300s
            c> . 5:6(1) ack 1 "\\n"
            >s . 1:6(5) ack 1 "QUIT\\n"
            """);
    assertThat(confirm(4, 300 * MILLI)).isEmpty();
    script.run("c> R 6:6(0)\n>s R 1:1(0)\n>s R 6:6(0)\nat 200s\n");
    assertThat(engine.connections()).isZero();
    assertThat(confirm(5, 200_000 * MILLI)).isEmpty();
    assertThat(engine.counters().of(Reason.CUSTODY)).isZero();
  }

  @Test
  @DisplayName("H-18 H-11 after a filled gap only confirmed octets are acknowledged")
  void acknowledgesNoUnconfirmedOctetsAfterAFilledGap() {
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1000>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1000>
        >c same
        c> . 1:1(0) ack 1
        >s same
        """);
    script.run("c> " + segment(1) + ">s " + segment(1));
    script.run("s> . 1:1(0) ack 1001\n>c . 1:1(0) ack 1001\n");
    for (int start = 2_001; start < 9_001; start += 1_000) {
      script.run("c> " + segment(start) + ">c . 1:1(0) ack 1001\n");
    }
    script.run("c> " + segment(1_001) + ">s " + segment(1_001) + leaving(2_001));
    script.run("s> . 1:1(0) ack 2001\n>c . 1:1(0) ack 2001\n" + leaving(4_001));
    assertThat(copies.requested).containsExactly(9_000L);
    assertThat(engine.counters().of(Reason.CUSTODY)).isZero();
  }

  /** Two segments that leave. */
  private static String leaving(int start) {
    return ">s " + segment(start) + ">s " + segment(start + 1_000);
  }

  private static String segment(int start) {
    return ". %d:%d(1000) ack 1 \"%s\"\n".formatted(start, start + 1_000, "x".repeat(999) + "\\n");
  }

  @Test
  @DisplayName("H-18 ACK-3 no acknowledgement ends where reported octets begin that await a copy")
  void acknowledgesReportedOctetsTogether() {
    script.run(
        TestEngine.OPEN
            + """
            c> . 11:21(10) ack 1
            >c . 1:1(0) ack 1 <sack 11:21>
            c> . 1:11(10) ack 1
            at 0.300s
            nothing
            """);
    assertThat(confirm(10, 300 * MILLI)).isEmpty();
    assertThat(confirm(20, 300 * MILLI)).singleElement().asString().contains("ack 21");
  }
}
