package dev.midstream.reassembly.endpoint;

import dev.midstream.agent.Agent;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Custody of octets whose record was not committed when their connection was handed over to another
 * engine. That one may have a log, or none.
 */
class MovedCustodyTest {
  private Succession engines = new Succession(TestEngine.inline("", ""), CommitMode.ON_CHANGE);
  private Script script = new Script(engines);

  private void open(Agent<?> agent, String opening, boolean isAlone) {
    engines = new Succession(TestEngine.inline(agent), CommitMode.ON_CHANGE);
    if (isAlone) {
      engines.goOnAlone();
    }
    script = new Script(engines);
    script.run(opening);
    engines.stopCommitting();
  }

  private void handOver() {
    engines.handOver(script.nowNanos());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("H-18 HDP-17 octets after a filled gap are taken by the engine that goes on")
  void takesFillers(boolean isAlone) {
    open(LineAgents.passing(), Opening.PLAIN, isAlone);
    script.run(
        """
        at 0.1s
        c> . 3:5(2) ack 1 "x\\n"
        >c . 1:1(0) ack 1
        c> . 1:3(2) ack 1 "y\\n"
        >s . 1:5(4) ack 1 "y\\nx\\n"
        at 0.3s
        nothing
        """);
    handOver();
    script.run("at 0.301s\n>c . 1:1(0) ack 5 win 65531\nat 0.6s\nnothing\n");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("H-18 H-23 HDP-17 so are octets that were retransmitted into a closed window")
  void takesRetransmittedOctets(boolean isAlone) {
    open(SimpleAgents.replacing("cat", "elephant"), Opening.window(3), isAlone);
    script.run(
        """
        at 0.1s
        c> . 1:4(3) ack 1 "cat"
        >s . 1:4(3) ack 1 "ele"
        s> . 1:1(0) ack 4 win 0
        at 1.0s
        c> . 1:4(3) ack 1 "cat"
        >s . 3:3(0) ack 1
        >c . 1:1(0) ack 1 win 3
        s> . 1:1(0) ack 4 win 0
        at 3.0s
        c> . 1:4(3) ack 1 "cat"
        >s . 3:3(0) ack 1
        >c . 1:1(0) ack 1 win 3
        at 3.005s
        nothing
        """);
    handOver();
    script.run("at 3.006s\n>c . 1:1(0) ack 4 win 0\nat 3.1s\nnothing\n");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("H-18 H-14 HDP-17 so are octets beyond the receiver's edge")
  void takesOctetsBeyondTheEdge(boolean isAlone) {
    open(LineAgents.passing(), Opening.window(30), isAlone);
    engines.goOnCommitting();
    script.run(
        """
        at 0.1s
        c> . 1:31(30) ack 1 "%s"
        >c . 1:1(0) ack 31 win 30
        """
            .formatted("a".repeat(30)));
    engines.stopCommitting();
    script.run(
        """
        c> . 31:52(21) ack 1 "%s\\n"
        >s . 1:31(30) ack 1
        at 0.120s
        s> . 1:1(0) ack 31 win 0
        at 0.2s
        nothing
        """
            .formatted("b".repeat(20)));
    handOver();
    script.run("at 0.201s\n>c . 1:1(0) ack 52 win 9\nat 0.3s\nnothing\n");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("H-18 H-11 HDP-17 so are octets after a gap whose filler is acknowledged later")
  void takesFillersWithTheirAcknowledgement(boolean isAlone) {
    open(LineAgents.passing(), Opening.segments(1_000), isAlone);
    script.run("c> " + segment(1) + ">s " + segment(1));
    script.run("s> . 1:1(0) ack 1001\n>c . 1:1(0) ack 1001\n");
    for (int start = 2_001; start < 9_001; start += 1_000) {
      script.run("c> " + segment(start) + ">c . 1:1(0) ack 1001\n");
    }
    script.run("c> " + segment(1_001) + ">s " + segment(1_001) + leaving(2_001));
    handOver();
    String acknowledged = "s> . 1:1(0) ack 2001\n";
    String taken = ">c . 1:1(0) ack 9001 win 58535\n";
    if (isAlone) {
      script.run(acknowledged + taken + leaving(4_001));
    } else {
      script.run(acknowledged + ">c . 1:1(0) ack 2001\n" + leaving(4_001) + taken);
    }
  }

  /** Two segments that leave. */
  private static String leaving(int start) {
    return ">s " + segment(start) + ">s " + segment(start + 1_000);
  }

  private static String segment(int start) {
    return ". %d:%d(1000) ack 1 \"%s\"\n".formatted(start, start + 1_000, "x".repeat(999) + "\\n");
  }
}
