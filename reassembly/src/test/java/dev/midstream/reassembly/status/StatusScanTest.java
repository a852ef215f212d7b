package dev.midstream.reassembly.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.script.CompleteScan;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StatusScanTest {
  private static final long NOW_NANOS = 3_600_000_000_000L;

  private static Engine monitoring() {
    return TestEngine.inline("Hello", "Hi").mode(Mode.MONITOR).engine();
  }

  private static EngineStatus status(Engine engine, int max) {
    return CompleteScan.of(engine.scanStatus(max), NOW_NANOS);
  }

  /** Opens connections by a SYN, one each millisecond. */
  private static void openMany(Script script, int fromPort, int toPort) {
    for (int port = fromPort; port < toPort; port++) {
      script
          .between(Ends.IPV6.withPorts(port, 80))
          .run(
              "at %d.%03ds\nc> S 0:0(0) <mss 1460>\n>s same".formatted(port / 1_000, port % 1_000));
    }
  }

  @Test
  @DisplayName("OWN-3 a connection shows its endpoints, its rule, and both directions")
  void showsBothDirections() {
    Engine engine =
        TestEngine.inline("Hello world", "Hi there")
            .open(
                """
                c> P. 1:16(15) ack 1 "Hello world Hel"
                >s P. 1:10(9) ack 1 "Hi there "
                """);

    EngineStatus status = status(engine, 10);

    assertThat(status.octets()).isEqualTo(15);
    assertThat(status.plus(status, 10).octets()).isEqualTo(30);
    ConnectionStatus connection = status.recent().getFirst();
    assertThat(connection.ends()).isEqualTo("10.0.0.1:40000 > 10.0.0.2:80");
    assertThat(connection.state()).isEqualTo(ConnectionState.ESTABLISHED);
    assertThat(connection.handling()).isEqualTo(Handling.EDITED);
    assertThat(connection.rule()).isEqualTo("all");
    assertThat(connection.agent()).isEqualTo("test");
    assertThat(connection.silentNanos()).isPositive();
    assertThat(connection.clientToServer()).isEqualTo(new StreamStatus(15, 9, 1, -3, 3, 0, 0, 0));
    assertThat(connection.serverToClient()).isEqualTo(new StreamStatus(0, 0, 0, 0, 0, 0, 0, 0));
    assertThat(status.edits()).isOne();
    assertThat(status.removedOctets()).isEqualTo(11);
    assertThat(status.insertedOctets()).isEqualTo(8);
    assertThat(status.keptBytes()).isEqualTo(engine.budget().usedBytes()).isPositive();
    assertThat(status.handlings()).isEqualTo(Map.of(Handling.EDITED, 1L));
  }

  @Test
  @DisplayName("OWN-3 reasons are counted for each connection and for all")
  void countsReasonsByConnection() {
    Engine engine = TestEngine.inline("Hello", "Hi").engine();
    Script script = Scripts.of(engine);
    script.between(Ends.IPV4).run(TestEngine.OPEN);
    script.between(Ends.IPV4.withPorts(40_001, 80)).run(TestEngine.OPEN);
    script
        .between(Ends.IPV4)
        .run(
            """
            c> . 2:3(1) ack 1 "b"
            >c . 1:1(0) ack 1 <sack 2:3>
            c> . 3:4(1) ack 1 "c"
            >c . 1:1(0) ack 1 <sack 2:4>
            """);

    EngineStatus status = status(engine, 10);

    Map<String, Long> given = Map.of("delayed", 2L, "ack-made", 2L);
    assertThat(status.reasons()).isEqualTo(given);
    assertThat(status.recent())
        .extracting(ConnectionStatus::reasons)
        .containsExactly(given, Map.of());
  }

  @Test
  @DisplayName("OWN-3 all connections are counted; those with the latest segments are shown")
  void showsTheLatestConnections() {
    Engine engine = monitoring();
    openMany(Scripts.of(engine), 1, 5_001);

    EngineStatus status = status(engine, 3);

    assertThat(status.connections()).isEqualTo(5_000);
    assertThat(status.states()).isEqualTo(Map.of(ConnectionState.OPENING, 5_000L));
    assertThat(status.handlings()).isEqualTo(Map.of(Handling.MONITORED, 5_000L));
    assertThat(status.recent())
        .extracting(ConnectionStatus::ends)
        .containsExactly(
            "[2001:db8::1]:5000 > [2001:db8::2]:80",
            "[2001:db8::1]:4999 > [2001:db8::2]:80",
            "[2001:db8::1]:4998 > [2001:db8::2]:80");
  }

  @Test
  @DisplayName("OWN-3 a table that grows during the scan is counted as it is afterwards")
  void countsATableThatGrowsDuringTheScan() {
    Engine engine = monitoring();
    Script script = Scripts.of(engine);
    openMany(script, 1, 4_001);
    StatusScan scan = engine.scanStatus(StatusScan.MAX_RECENT + 1);
    assertThat(scan.step(script.nowNanos())).isTrue();
    openMany(script, 4_001, 9_001);

    EngineStatus status = CompleteScan.of(scan, script.nowNanos());

    assertThat(status.connections()).isEqualTo(9_000);
    assertThat(status.recent()).hasSize(StatusScan.MAX_RECENT);
    assertThat(status.recent().getFirst().silentNanos()).isZero();
  }

  @Test
  @DisplayName("OWN-3 a connection that ends during the scan is not shown")
  void omitsClosedConnections() {
    Engine engine = monitoring();
    Script script = Scripts.of(engine);
    openMany(script, 1, 2);
    StatusScan scan = engine.scanStatus(10);
    assertThat(scan.step(script.nowNanos())).as("the table").isTrue();
    assertThat(scan.step(script.nowNanos())).as("parked connections").isTrue();
    assertThat(scan.step(script.nowNanos())).as("half-open connections").isTrue();
    script.run("at 100s");
    assertThat(engine.connections()).isZero();

    assertThat(scan.step(script.nowNanos())).isFalse();
    assertThat(scan.result().recent()).isEmpty();
  }

  @Test
  @DisplayName("OWN-3 the status of several engines is added up")
  void addsTheStatusOfEngines() {
    Engine first = monitoring();
    Engine second = monitoring();
    openMany(Scripts.of(first), 1, 3);
    openMany(Scripts.of(second), 10, 12);
    Scripts.of(second).run("c> R 0:0(0)\n>s same");

    EngineStatus both = status(first, 10).plus(status(second, 10), 3);

    assertThat(both.packets()).isEqualTo(5);
    assertThat(both.connections()).isEqualTo(4);
    assertThat(both.opened()).isEqualTo(4);
    assertThat(both.recent())
        .extracting(ConnectionStatus::ends)
        .containsExactly(
            "[2001:db8::1]:11 > [2001:db8::2]:80",
            "[2001:db8::1]:10 > [2001:db8::2]:80",
            "[2001:db8::1]:2 > [2001:db8::2]:80");
    assertThat(EngineStatus.EMPTY.plus(both, 3)).isEqualTo(both);
  }
}
