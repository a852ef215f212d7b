package dev.midstream.reassembly.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The heap that connections may take. */
class ConnectionHeapTest {
  /** How many half-open connections {@code engine(3)} has room for. */
  private static final int MAX_HALF_OPEN =
      ConnectionHeap.INSPECTED_BYTES / ConnectionHeap.HALF_OPEN_BYTES;

  /** An engine with room for so many inspected connections. */
  private static Engine engine(int inspected) {
    return test(inspected).engine();
  }

  private static TestEngine test(int inspected) {
    long bytes = (long) inspected * ConnectionHeap.INSPECTED_BYTES;
    return TestEngine.inline("Hello", "Hi")
        .limits(EngineLimits.DEFAULTS.withConnectionBytes(bytes + (bytes + 2) / 3))
        .midStream(MidStream.PASS)
        .parkAfter(Long.MAX_VALUE);
  }

  private static Script at(Engine engine, int port) {
    return Scripts.of(engine).between(Ends.IPV4.withPorts(port, 80));
  }

  @Test
  @DisplayName("C-66 H-39 beyond a quarter of the heap half-open connections give way to new ones")
  void evictsHalfOpenConnections() {
    Engine engine = engine(3);
    at(engine, 1).run(TestEngine.OPEN);
    for (int port = 2; port <= MAX_HALF_OPEN + 11; port++) {
      at(engine, port).run("c> S 0:0(0)\n>s same\n");
    }
    assertThat(engine.connections()).isEqualTo(1 + MAX_HALF_OPEN);
    assertThat(engine.counters().of(Reason.CONNECTION_LIMIT)).isEqualTo(10);
    at(engine, 1).run("c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n");
  }

  @Test
  @DisplayName("C-66 H-39 a second SYN-ACK leaves no charge when the opening is over")
  void chargesNothingForASecondSynAck() {
    Engine engine = engine(3);
    Script script = Scripts.of(engine);
    for (int port = 1; port <= 20; port++) {
      Ends ends = Ends.IPV4.withPorts(port, 80);
      script.between(ends).run("c> S 0:0(0)\n>s same\ns> S. 0:0(0) ack 1\n>c same\n");
      script.between(ends.withIsns(ends.clientIsn(), 77_000)).run("s> S. 0:0(0) ack 1\n>c same\n");
      script.run("at " + port * 30 + "s\n");
    }
    script.between(Ends.IPV4.withPorts(99, 80)).run(TestEngine.OPEN);
    script.run("c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n");
  }

  @Test
  @DisplayName("C-66 H-39 half-open connections count for what long records of both SYNs take")
  void countsLongRecords() {
    Engine engine = engine(3);
    fillWithLongRecords(engine, MAX_HALF_OPEN);
    assertThat(engine.counters().of(Reason.CONNECTION_LIMIT)).isPositive();
  }

  @Test
  @DisplayName("C-66 H-39 without room for its record a new half-open connection takes another's")
  void countsLongRecordsOfOthers() {
    Engine engine = engine(3);
    fillWithLongRecords(engine, MAX_HALF_OPEN - 5);
    assertThat(engine.counters().of(Reason.CONNECTION_LIMIT)).isZero();
    at(engine, 1).run("c> S 0:0(0)\n>s same\n");
    assertThat(engine.counters().of(Reason.CONNECTION_LIMIT)).isPositive();
  }

  /** Sends the longest SYNs of both ends, and another one of the client, for each connection. */
  private static void fillWithLongRecords(Engine engine, int connections) {
    String options = " win 65535 <mss 1460" + ",nop".repeat(36) + ">\n";
    for (String syn : List.of("c> S 0:0(0)", "s> S 0:0(0)", "c> S 0:0(0)")) {
      String leaves = syn.startsWith("c") ? ">s same\n" : ">c same\n";
      for (int port = 1; port <= connections; port++) {
        Scripts.of(engine).between(Ends.IPV6.withPorts(port, 80)).run(syn + options + leaves);
      }
    }
  }

  @Test
  @DisplayName("C-66 half-open connections that become established without heap pass unedited")
  void passesEstablishedConnectionsWithoutRoom() {
    TestEngine test = test(2);
    Engine engine = test.engine();
    for (int port = 1; port <= 4; port++) {
      at(engine, port).run("c> S 0:0(0) win 65535 <mss 1460>\n>s same\n");
    }
    for (int port = 1; port <= 4; port++) {
      at(engine, port)
          .run("s> S. 0:0(0) ack 1 win 65535 <mss 1460>\n>c same\nc> . 1:1(0) ack 1\n>s same\n");
    }
    assertThat(engine.connections()).isEqualTo(2);
    assertThat(test.events()).startsWith(Reason.CONNECTION_LIMIT);
    assertThat(engine.counters().of(Reason.CONNECTION_LIMIT))
        .as("two are dropped, and two later segments of each find no room")
        .isEqualTo(6);
    at(engine, 3).run("c> P. 1:6(5) ack 1 \"Hello\"\n>s same\n");
    at(engine, 2).run("c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n");
  }

  @Test
  @DisplayName("C-66 without heap, and with assured connections only, a new one passes unedited")
  void passesConnectionsWithoutRoom() {
    Engine engine = engine(2);
    for (int port = 1; port <= 3; port++) {
      at(engine, port).run(TestEngine.OPEN);
    }
    assertThat(engine.connections()).isEqualTo(2);
    at(engine, 3).run("c> P. 1:6(5) ack 1 \"Hello\"\n>s same\n");
    at(engine, 2).run("c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n");
  }

  @Test
  @DisplayName("C-66 a connection in time-wait counts less, and several give way to a new one")
  void evictsSeveralConnectionsInTimeWait() {
    Engine engine = engine(2);
    Script script = Scripts.of(engine);
    for (int port = 1; port <= 7; port++) {
      script.between(Ends.IPV4.withPorts(port, 80)).run(TestEngine.CLOSED);
    }
    assertThat(engine.connections()).isEqualTo(7);
    script.between(Ends.IPV4.withPorts(8, 80)).run(TestEngine.OPEN);
    assertThat(engine.connections()).isEqualTo(8);
    script.run("at 31s\n");
    script.between(Ends.IPV4.withPorts(9, 80)).run(TestEngine.OPEN);
    assertThat(engine.connections()).isEqualTo(2);
    assertThat(engine.counters().of(Reason.CONNECTION_LIMIT)).isZero();
  }
}
