package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An engine goes on with more connections than its heap has room for: most were parked. */
class InheritedHeapTest {
  private static final int ROOM = 128;
  private static final int CONNECTIONS = 600;
  private static final String EDITED =
      TestEngine.OPEN
          + """
          c> P. 1:6(5) ack 1 "Hello"
          >s P. 1:3(2) ack 1 "Hi"
          s> . 1:1(0) ack 3
          >c . 1:1(0) ack 6
          """;

  private final Succession engines =
      new Succession(
          TestEngine.inline("Hello", "Hi").parkAfter(1_000_000_000L).limits(limits()),
          CommitMode.STRICT);
  private final Script script = new Script(engines);

  private static EngineLimits limits() {
    long bytes = (long) ROOM * ConnectionHeap.INSPECTED_BYTES;
    return EngineLimits.DEFAULTS.withConnectionBytes(bytes + (bytes + 2) / 3);
  }

  private int objects() {
    return Connections.of(engines.engine()).size();
  }

  @Test
  @DisplayName("HDP-17 C-66 law 6 what the dead engine had parked is parked again if heap is short")
  void parksWhatFindsNoRoom() {
    for (int port = 1; port <= CONNECTIONS; port++) {
      script.between(Ends.IPV4.withPorts(port, 80)).run(EDITED + "at %ds\n".formatted(2 * port));
    }
    engines.takeOver(script.nowNanos());
    while (engines.engine().inheritedConnections() > 0) {
      engines.onTimer(script.nowNanos(), packet -> {});
      assertThat(objects()).isLessThanOrEqualTo(ROOM);
    }
    assertThat(engines.engine().connections()).isEqualTo(CONNECTIONS);
    script.run(
        """
        c> P. 6:11(5) ack 1 "Hello"
        >s . 2:2(0) ack 1
        >s P. 3:5(2) ack 1 "Hi"
        """);
  }
}
