package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Replicas;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.Talk;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An engine goes on with more connections than its heap has room for: most were parked. */
class InheritedHeapTest {
  private static final long MILLI = 1_000_000L;
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

  private static EngineLimits limits(int inspected) {
    long bytes = (long) inspected * ConnectionHeap.INSPECTED_BYTES;
    return EngineLimits.DEFAULTS.withConnectionBytes(bytes + (bytes + 2) / 3);
  }

  private static int objects(Succession engines) {
    return Connections.of(engines.engine()).size();
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERVAL", "ON_CHANGE", "BEFORE_ACK", "STRICT"})
  @DisplayName("HDP-17 C-66 law 6 what the dead engine had parked is parked again if heap is short")
  void parksWhatFindsNoRoom(CommitMode mode) {
    Succession engines =
        new Succession(
            TestEngine.inline("Hello", "Hi").parkAfter(1_000_000_000L).limits(limits(ROOM)), mode);
    Script script = new Script(engines);
    for (int port = 1; port <= CONNECTIONS; port++) {
      script.between(Ends.IPV4.withPorts(port, 80)).run(EDITED + "at %ds\n".formatted(2 * port));
    }
    engines.takeOver(script.nowNanos());
    while (engines.engine().inheritedConnections() > 0) {
      engines.onTimer(script.nowNanos(), packet -> {});
      assertThat(objects(engines)).isLessThanOrEqualTo(ROOM);
    }
    assertThat(engines.engine().connections()).isEqualTo(CONNECTIONS);
    String asked = mode.delaysOctets() ? ">s . 2:2(0) ack 1\n" : "";
    script.run("c> P. 6:11(5) ack 1 \"Hello\"\n" + asked + ">s P. 3:5(2) ack 1 \"Hi\"\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERVAL", "ON_CHANGE", "BEFORE_ACK"})
  @DisplayName("HDP-17 C-66 law 1 one of which only the opening is in a record does not give way")
  void keepsWhatMayBeEdited(CommitMode mode) {
    MemoryLog log = new MemoryLog(mode);
    Engine dying = TestEngine.inline("Hello", "Hi").log(log).engine();
    Script before = new Script(dying);
    String answer = mode.delaysOpening() ? "" : ">c same\n";
    before.run("c> S 0:0(0)\n>s same\ns> S. 0:0(0) ack 1\n" + answer);
    log.commitTo(log.appended());
    dying.onCommitted(0, packet -> {});
    Engine heir =
        TestEngine.inline("Hello", "Hi").limits(limits(1)).log(new MemoryLog(mode)).engine();
    heir.inherit(Replicas.committed(log), 0);
    Script script = new Script(heir);
    script.run("c> S 0:0(0)\n>s same\n"); // comes late
    for (int port = 1; port < 10; port++) {
      script.between(Ends.IPV4.withPorts(port, 80)).run(TestEngine.OPEN);
    }
    script
        .between(Ends.IPV4)
        .run(
            "c> . 1:1(0) ack 1\n>s same\nc> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n");
  }

  @Test
  @DisplayName("HDP-17 C-66 H-39 it gives way when it was silent as long as an opening takes")
  void letsGoWhatStaysSilent() {
    MemoryLog log = new MemoryLog(CommitMode.ON_CHANGE);
    new Script(TestEngine.inline("Hello", "Hi").log(log).engine())
        .run("c> S 0:0(0)\n>s same\ns> S. 0:0(0) ack 1\n>c same\n");
    Engine heir =
        TestEngine.inline("Hello", "Hi")
            .limits(limits(1))
            .log(new MemoryLog(CommitMode.ON_CHANGE))
            .engine();
    heir.inherit(Replicas.of(log), 0);
    Script script = new Script(heir);
    script.between(Ends.IPV4.withPorts(1, 80)).run("at 10s\n" + TestEngine.OPEN);
    Predicate<String> isFirst = name -> name.contains(":40000");
    assertThat(Connections.of(heir)).extracting(Connection::name).anyMatch(isFirst);
    script.between(Ends.IPV4.withPorts(2, 80)).run("at 30s\n" + TestEngine.OPEN);
    assertThat(Connections.of(heir)).extracting(Connection::name).noneMatch(isFirst);
  }

  @Test
  @DisplayName("HDP-17 C-66 law 1 one with shifted numbers does not give way when it is silent")
  void keepsWhatIsShifted() {
    LateCommitsBox dying =
        new LateCommitsBox(TestEngine.inline("Hello", "Hi"), CommitMode.ON_CHANGE, MILLI);
    Script before = new Script(dying);
    before.between(Ends.IPV4).run(Opening.PLAIN + "at 1s\n");
    before
        .between(Ends.IPV4.withIsns(88_888, 99_999))
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460>
            >s same
            s> S. 0:0(0) ack 1 win 65535 <mss 1460>
            at 1.001s
            >c S. 0:0(0) ack 1 win 65535 <mss 1460>
            s> P. 1:6(5) ack 1 "Hello"
            >c P. 1:3(2) ack 1 "Hi"
            """);
    Engine heir =
        TestEngine.inline("Hello", "Hi")
            .limits(limits(1))
            .log(new MemoryLog(CommitMode.ON_CHANGE))
            .engine();
    heir.inherit(Replicas.of(dying.log()), 0);
    long silentNanos = 60_000 * MILLI;
    while (heir.nextDeadlineNanos() <= silentNanos) {
      heir.onTimer(heir.nextDeadlineNanos(), packet -> {});
    }
    for (int port = 1; port < 10; port++) {
      new Talk(heir, Ends.IPV4.withPorts(port, 80), silentNanos).client(0, 1);
    }
    assertThat(Connections.only(heir).name()).contains(":40000");
  }
}
