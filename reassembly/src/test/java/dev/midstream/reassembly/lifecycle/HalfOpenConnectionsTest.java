package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.Unmoved;
import dev.midstream.reassembly.status.ConnectionStatus;
import dev.midstream.reassembly.status.StatusScan;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is kept of connections between their SYN and the end of their handshake. */
class HalfOpenConnectionsTest {
  private static final String SYN = "c> S 0:0(0) <mss 1460>\n>s same\n";
  private static final String SYN_ACK = "s> S. 0:0(0) ack 1 <mss 1460>\n>c same\n";
  private static final String TALK =
      """
      c> . 1:1(0) ack 1
      >s same
      c> . 1:6(5) ack 1 "Hello"
      >s . 1:3(2) ack 1 "Hi"
      """;

  private final Engine engine = TestEngine.inline("Hello", "Hi").engine();
  private final Script script = Scripts.of(engine);

  /** Number of connections that are more than a record. */
  private int built() {
    List<Connection> all = new ArrayList<>();
    engine.forEachConnection(all::add);
    return all.size();
  }

  @Test
  @DisplayName("C-66 until its handshake is complete a connection is only a record of its SYNs")
  void keepsRecordsOnly() {
    script.run(SYN);
    assertThat(engine.connections()).isOne();
    assertThat(built()).isZero();
    script.run(SYN_ACK);
    assertThat(engine.connections()).isOne();
    assertThat(built()).isZero();
    script.run(TALK);
    assertThat(engine.connections()).isOne();
    assertThat(built()).isOne();
  }

  @Test
  @DisplayName("C-66 retransmitted SYNs, SYN-ACKs and forged SYNs keep a connection a record")
  void keepsRecordsOfRetransmissions() {
    script.run(SYN + "at 1s\n" + SYN + "at 3s\n" + SYN);
    script.between(Ends.IPV4.withIsns(4_242, 0)).run(SYN);
    for (int i = 0; i < 300; i++) {
      script.between(Ends.IPV4).run(SYN_ACK);
    }
    script.run(SYN + SYN_ACK + SYN + SYN_ACK);
    assertThat(engine.connections()).isOne();
    assertThat(built()).isZero();
    script.run(TALK);
    assertThat(engine.counters().connections()).isOne();
  }

  @Test
  @DisplayName("H-1 C-66 the newest timestamps of a repeated SYN-ACK stay, in any order of arrival")
  void keepsTheNewestTimestamps() {
    LambdaAgent replying =
        LambdaAgent.by((direction, view, out) -> {
          SimpleAgents.pass(view, out);
          out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("no"));
        });
    TestEngine.inline(replying)
        .run(
            """
            c> S 0:0(0) <mss 1460,TS 100/0>
            >s same
            s> S. 0:0(0) ack 1 <mss 1460,TS 201/100>
            >c same
            s> S. 0:0(0) ack 1 <mss 1460,TS 200/100>
            >c S. 0:0(0) ack 1 <mss 1460,TS 201/100>
            c> P. 1:2(1) ack 1 <TS 110/201> "X"
            >s same
            >c P. 1:3(2) ack 1 "no" <TS 201/110>
            """);
  }

  @Test
  @DisplayName("C-66 the status of half-open connections is that of the whole ones")
  void showsTheStatus() {
    script.run(SYN + SYN_ACK);
    StatusScan scan = engine.scanStatus(10);
    while (scan.step(script.nowNanos())) {
      assertThat(engine.connections()).isOne();
    }
    ConnectionStatus status = scan.result().recent().getFirst();
    assertThat(status.state()).isEqualTo(ConnectionState.OPENING);
    assertThat(status.clientToServer()).isNotNull();
    assertThat(status.serverToClient()).isNotNull();
    assertThat(built()).isZero();
    script.run(TALK);
  }

  @Test
  @DisplayName("C-66 half-open connections end after their time, and their memory is given back")
  void forgetsHalfOpenConnections() {
    for (int port = 1; port <= 1_000; port++) {
      script.between(Ends.IPV4.withPorts(port, 80)).run(SYN);
      script.run(port % 2 == 0 ? SYN_ACK : "");
    }
    assertThat(engine.connections()).isEqualTo(1_000);
    script.run("at 21s\nnothing\n");
    assertThat(engine.connections()).isZero();
    assertThat(engine.counters().of(Reason.OPENING_TIMEOUT)).isEqualTo(1_000);
    assertThat(engine.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @DisplayName("C-66 in a full table the half-open connection that was silent longest is evicted")
  void evictsTheOldest() {
    Engine narrow =
        TestEngine.inline("Hello", "Hi").limits(EngineLimits.DEFAULTS.withConnections(2)).engine();
    Script crowd = Scripts.of(narrow);
    crowd.between(Ends.IPV4.withPorts(1, 80)).run(SYN + "at 1s\n");
    crowd.between(Ends.IPV4.withPorts(2, 80)).run(SYN + "at 2s\n");
    crowd.between(Ends.IPV4.withPorts(1, 80)).run(SYN + "at 3s\n");
    crowd.between(Ends.IPV4.withPorts(3, 80)).run(SYN);
    assertThat(narrow.counters().of(Reason.CONNECTION_LIMIT)).isOne();
    crowd.between(Ends.IPV4.withPorts(1, 80)).run(SYN_ACK + TALK);
  }

  @Test
  @DisplayName("C-66 C-41 an opening ends in time after a choice between two SYN-ACKs, too")
  void endsAChosenOpening() {
    script.run(SYN + SYN_ACK);
    script
        .between(Ends.IPV4.withIsns(Ends.IPV4.clientIsn(), 77_000))
        .run("s> S. 0:0(0) ack 1 <mss 536>\n>c same\n")
        .run("c> . 200000:200000(0) ack 1\nnothing\nat 25s\nnothing\n");
    assertThat(engine.connections()).isZero();
  }

  @Test
  @Unmoved("chunks of moved octets are filled anew, which leaves other spare memory")
  @DisplayName("H-38 C-66 law 4 pressure during a handshake takes no edge back")
  void keepsTheEdgeOfTheHandshake() {
    Engine engine =
        TestEngine.inline(SimpleAgents.passing())
            .limits(EngineLimits.DEFAULTS.withTotalBytes(20_000))
            .engine();
    Script early = Scripts.of(engine).between(Ends.IPV6);
    early.run(
        """
        c> S 0:0(0) <mss 1460>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >c same
        """);
    Script busy = Scripts.of(engine).run(Opening.PLAIN);
    for (int at = 1; at < 6_001; at += 1_000) {
      busy.run("c> . %d:%d(1000) ack 1\n>s same\n".formatted(at, at + 1_000));
    }
    early.run(
        """
        c> . 1:1(0) ack 1
        >s same
        c> . 1:1001(1000) ack 1
        >s same
        s> . 1:1(0) ack 1001 win 64535
        >c same
        """);
  }
}
