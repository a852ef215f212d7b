package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same one connection after the other, and what is left if that ends before the last one. */
class GradualHandOverTest extends HandOverTest {
  private static final Ends PARKED = Ends.IPV4.withPorts(40_001, 80);
  private static final Ends OPEN = Ends.IPV4.withPorts(40_002, 80);
  private static final Ends HALF_OPEN = Ends.IPV4.withPorts(40_003, 80);
  private static final String ANSWERED =
      """
      c> S 0:0(0) win 65535 <mss 1460>
      >s same
      s> S. 0:0(0) ack 1 win 65535 <mss 1460>
      >c same
      """;

  @Override
  void handOver() {
    Replica copy = engines.handOverGradually(script.nowNanos());
    assertThat(copy.size()).isEqualTo(engines.engine().inheritedConnections());
  }

  @Override
  Replica copy() {
    return engines.giveGradually(script.nowNanos());
  }

  /** A connection of each kind. */
  private void openAll() {
    engines =
        new Succession(
            TestEngine.inline(SimpleAgents.replacing("Hello", "Hi")).parkAfter(1_000_000_000L),
            CommitMode.STRICT);
    for (Ends each : List.of(PARKED, OPEN)) {
      script = new Script(engines).between(each);
      script.run(
          (each.equals(OPEN) ? "at 2s\n" : "")
              + TestEngine.OPEN
              + """
              c> P. 1:6(5) ack 1 "Hello"
              >s P. 1:3(2) ack 1 "Hi"
              s> . 1:1(0) ack 3
              >c . 1:1(0) ack 6
              """);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  @DisplayName("PDP-7 HSI-4 an engine that gets back what it has handed over goes on with all")
  void takesBack(int handedOver) {
    openAll();
    long nanos = script.nowNanos();
    new Script(engines).between(HALF_OPEN).run("at 2s\n" + ANSWERED);
    Engine engine = engines.engine();
    NamedConnections named = engine.moves().named();
    assertThat(named.size()).isEqualTo(3);
    Replica copy = new Replica();
    GradualHandOver giving = engine.moves().beginHandOver(copy);
    for (int i = 0; i < handedOver; i++) {
      assertThat(giving.step(1, /* isLogged= */ true, nanos)).isFalse();
    }
    assertThat(copy.size()).isEqualTo(handedOver);
    assertThat(named.size()).isEqualTo(3 - handedOver);
    copy.noteHandedOver();
    engine.inherit(copy, nanos);
    assertThat(named.size()).isEqualTo(3);
    Set<String> names = new HashSet<>();
    EndsSweep sweep = named.sweep();
    while (!sweep.isOver()) {
      int ignored = sweep.step(1, (key, isOpening) -> names.add(key.name(true)));
    }
    assertThat(names).hasSize(3);
    script.run(
        """
        c> P. 6:11(5) ack 1 "Hello"
        >s P. 3:5(2) ack 1 "Hi"
        """);
    assertThat(engine.counters().of(Reason.TAKEOVER_UNREADABLE)).isZero();
  }
}
