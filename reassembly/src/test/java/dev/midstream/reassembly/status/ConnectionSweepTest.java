package dev.midstream.reassembly.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectionSweepTest {
  private static final String EDITED =
      """
      c> P. 1:6(5) ack 1 "Hello"
      >s P. 1:3(2) ack 1 "Hi"
      s> . 1:1(0) ack 3
      >c . 1:1(0) ack 6
      """;

  private final Engine engine = TestEngine.inline("Hello", "Hi").engine();
  private final Script script = Scripts.of(engine);

  private List<ConnectionSummary> sweep(long sinceNanos) {
    List<ConnectionSummary> all = new ArrayList<>();
    ConnectionSweep sweep = engine.sweep(sinceNanos);
    while (!sweep.isOver()) {
      int ignored = sweep.step(ConnectionSweep.STEP_WORK, all::add);
    }
    return all;
  }

  @Test
  @DisplayName("HSI-1 a sweep shows ends, state, rule, agent and octets of a connection")
  void showsAConnection() {
    script.run(TestEngine.OPEN + EDITED);

    assertThat(sweep(0))
        .singleElement()
        .satisfies(each -> {
          assertThat(each.key().name(true)).isEqualTo("10.0.0.1:40000 > 10.0.0.2:80");
          assertThat(each.key().endpoint(each.key().isSentByLow())).hasToString("10.0.0.1:40000");
          assertThat(each.key().vlanIds()).isZero();
          assertThat(each.state()).isEqualTo(ConnectionState.ESTABLISHED);
          assertThat(each.rule()).isEqualTo("all");
          assertThat(each.agent()).isEqualTo("test");
          assertThat(each.clientOctets()).isEqualTo(5);
          assertThat(each.serverOctets()).isZero();
        });
  }

  @Test
  @DisplayName("HSI-1 the octets of a parked connection are counted if it had packets lately")
  void showsAParkedConnection() {
    script.run(TestEngine.OPEN + EDITED + "at 2.5s\nnothing\n");

    assertThat(sweep(0))
        .singleElement()
        .satisfies(each -> assertThat(each.clientOctets()).isEqualTo(5));
    assertThat(sweep(script.nowNanos()))
        .singleElement()
        .satisfies(each -> {
          assertThat(each.key().name(true)).isEqualTo("10.0.0.1:40000 > 10.0.0.2:80");
          assertThat(each.clientOctets()).isEqualTo(ConnectionSummary.UNKNOWN);
        });
  }

  @Test
  @DisplayName("a half-open connection is left out: a flood of SYNs enters no list")
  void leavesOutHalfOpenConnections() {
    script.run("c> S 0:0(0) <mss 1460>\n>s same");

    assertThat(engine.connections()).isOne();
    assertThat(sweep(0)).isEmpty();
  }

  @Test
  @DisplayName("HSI-1 a connection that both ends have finished is left out, in time-wait already")
  void leavesOutFinishedConnections() {
    script.run(TestEngine.CLOSED);

    assertThat(engine.connections()).isOne();
    assertThat(sweep(0)).isEmpty();
    script.run("at 10s\nnothing\n");
    assertThat(engine.connections()).isOne();
    assertThat(sweep(0)).isEmpty();
  }

  @Test
  @DisplayName("HSI-1 each of many connections is shown once, while others come in between")
  void showsEachOfMany() {
    for (int port = 1; port <= 3_000; port++) {
      script.between(Ends.IPV4.withPorts(port, 80)).run(TestEngine.OPEN);
    }
    List<String> shown = new ArrayList<>();
    ConnectionSweep sweep = engine.sweep(0);
    int steps = 0;
    for (; !sweep.isOver(); steps++) {
      int ignored = sweep.step(ConnectionSweep.STEP_WORK, each -> shown.add(each.key().name(true)));
      script.between(Ends.IPV4.withPorts(10_000 + steps, 80)).run(TestEngine.OPEN);
    }

    assertThat(steps).isGreaterThan(3);
    assertThat(shown).doesNotHaveDuplicates();
    for (int port = 1; port <= 3_000; port++) {
      assertThat(shown).contains("10.0.0.1:" + port + " > 10.0.0.2:80");
    }
  }
}
