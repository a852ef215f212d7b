package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Records of connections whose ends say nothing new for days. */
class RecordRenewalTest {
  private static final String KEEP_ALIVES =
      """
      at %1$ds
      c> . 4:4(0) ack 1 <TS %2$d/5000>
      >s . 0:0(0) ack 1 <TS %2$d/5000>
      s> . 1:1(0) ack 1 <TS %3$d/%2$d>
      >c . 1:1(0) ack 5 <TS %3$d/%2$d>
      """;
  private static final String AT_REST =
      """
      at %1$ds
      c> . 5:5(0) ack 1 <TS %2$d/5000>
      >s same
      s> . 1:1(0) ack 5 <TS %3$d/%2$d>
      >c same
      """;

  private Succession engines = new Succession(TestEngine.inline("", ""), CommitMode.ON_CHANGE);
  private Script script = new Script(engines);

  private void open(TestEngine made, String lines) {
    engines = new Succession(made, CommitMode.ON_CHANGE);
    script = new Script(engines);
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460,TS 1000/0>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460,TS 5000/1000>
        >c same
        at 0.05s
        """
            + lines);
  }

  /** Plays {@code lines} once an hour. The clocks of both ends count milliseconds. */
  private void playHourly(int fromHour, int toHour, String lines) {
    for (int hour = fromHour; hour <= toHour; hour++) {
      int millis = 3_600_000 * hour;
      script.run(lines.formatted(3_600 * hour, 1_000 + millis, 5_000 + millis));
    }
  }

  @Test
  @DisplayName("HDP-17 H-42 a record is renewed each day, so that its timestamps are not outdated")
  void renewsOldRecords() {
    open(
        TestEngine.inline(LineAgents.passing()),
        """
        c> P. 1:5(4) ack 1 <TS 1050/5000> "QUIT"
        >s . 1:1(0) ack 1 <TS 1050/5000>
        at 0.5s
        >c . 1:1(0) ack 5 <TS 5000/1050>
        """);
    playHourly(1, 24, KEEP_ALIVES);
    engines.takeOver(86_401_000_000_000L);
    script.run(
        """
        at 86402s
        >s . 0:0(0) ack 1 <TS 86401000/5000>
        >c . 0:0(0) ack 5 win 65531 <TS 82805000/82801000>
        """);
  }

  @Test
  @DisplayName("HDP-17 H-42 the record of a connection that is parked again and again is renewed")
  void renewsOldRecordsOfParkedConnections() {
    open(
        TestEngine.inline(SimpleAgents.passing()).parkAfter(60_000_000_000L),
        """
        c> P. 1:5(4) ack 1 <TS 1050/5000> "Hail"
        >s same
        s> . 1:1(0) ack 5 <TS 5050/1050>
        >c same
        """);
    playHourly(1, 1, AT_REST);
    long before = engines.log().appended();
    playHourly(2, 23, AT_REST);
    assertThat(engines.log().appended()).isEqualTo(before);
    playHourly(24, 26, AT_REST);
    assertThat(engines.log().appended()).isEqualTo(before + 1);
  }

  @Test
  @DisplayName("HDP-17 H-42 a connection that was handed over and then only lived goes on for days")
  void goesOnWithASilentConnection() {
    open(
        TestEngine.inline("Hello", "Hi"),
        """
        c> P. 1:5(4) ack 1 <TS 1050/5000> "Hail"
        >s same
        s> . 1:1(0) ack 5 <TS 5050/1050>
        >c same
        """);
    engines.handOver(1_000_000_000L);
    playHourly(1, 20, AT_REST);
    engines.takeOverAgain(72_001_000_000_000L);
    script.run("at 72002s\n");
    assertThat(engines.engine().connections()).isOne();
    playHourly(21, 30, AT_REST);
    script.run(
        """
        at 108001s
        c> P. 5:10(5) ack 1 <TS 108002000/108005000> "Hello"
        >s P. 5:7(2) ack 1 <TS 108002000/108005000> "Hi"
        """);
  }
}
