package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.ConnectionSnapshot;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.flow.NameCodec;
import dev.midstream.reassembly.park.ParkedConnections;
import dev.midstream.reassembly.park.ParkingBuffers;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Parked connections take few octets of heap, their share of all tables included. */
class ParkedHeapTest {
  private static final int CONNECTIONS = 500;
  private static final int COPIES_OF_EACH = 40;
  private static final long LIMIT_BYTES = 1L << 30;

  /** Seven segments with timestamps, of which the client and the server acknowledge all octets. */
  private static final String TALK =
      Opening.stamped(4_000, 70_000, 4_020)
          + """
          c> . 1:1461(1460) ack 1 <TS 4030/70000>
          >s same
          s> . 1:1(0) ack 1461 <TS 70030/4030>
          >c same
          s> . 1:1461(1460) ack 1461 <TS 70040/4030>
          >c same
          c> . 1461:1461(0) ack 1461 <TS 4060/70040>
          >s same
          """;

  private static final String END =
      """
      c> F. 1461:1461(0) ack 1461 <TS 4070/70040>
      >s same
      s> F. 1461:1461(0) ack 1462 <TS 70070/4070>
      >c same
      c> . 1462:1462(0) ack 1462 <TS 4080/70070>
      >s same
      """;

  /**
   * Octets of heap for each parked connection of {@code test} between {@code ends} after {@code
   * talk}.
   */
  private static long bytesAfter(TestEngine test, Ends ends, String talk) {
    Engine engine = test.engine();
    Script many = new Script(engine);
    for (int port = 1; port <= CONNECTIONS; port++) {
      many.between(ends.withPorts(port, 80)).run(talk);
    }
    many.run("at 10s\nnothing\n");
    List<Rule> rules = new ArrayList<>();
    engine.forEachParked(copy -> rules.add(copy.rule()));
    assertThat(rules.size()).isEqualTo(CONNECTIONS);
    return bytesOfCopies(engine, rules.getFirst());
  }

  /** The same for a table of many copies, in which what is not full counts little. */
  private static long bytesOfCopies(Engine engine, Rule rule) {
    ConnectionHeap heap = new ConnectionHeap(LIMIT_BYTES);
    RuleTable rules = new RuleTable(List.of(rule), Action.ALLOW, Mode.ENFORCE);
    KeyedHash hashes = new KeyedHash(new HashSeed(1, 2));
    ParkedConnections parked =
        new ParkedConnections(hashes, NameCodec.ofNumbers(rules), heap, new ParkingBuffers());
    ConnectionSnapshot snapshot = parked.createSnapshot();
    engine.forEachParked(copy -> {
      long nanos = ParkedConnections.floorNanos(copy.seen().lastNanos());
      boolean isOver = copy.state() == ConnectionState.CLOSING;
      for (int i = 0; i < COPIES_OF_EACH; i++) {
        assertThat(snapshot.write(copy, parked.begin(nanos), nanos)).isNull();
        assertThat(parked.add(copy.key(), Long.MAX_VALUE - 1, isOver)).isTrue();
      }
    });
    return heap.usedBytes() / parked.size();
  }

  private static TestEngine inspecting() {
    return TestEngine.inline("Hello", "Hi");
  }

  @Test
  @DisplayName("HSI-10 a finished connection takes at most 128 octets")
  void keepsFinishedConnectionsSmall() {
    assertThat(bytesAfter(inspecting(), Ends.IPV4, TALK + END)).isLessThanOrEqualTo(128);
  }

  @Test
  @DisplayName("a finished connection over IPv6 takes at most 24 octets more")
  void keepsFinishedConnectionsOfIpv6Small() {
    assertThat(bytesAfter(inspecting(), Ends.IPV6, TALK + END)).isLessThanOrEqualTo(128 + 24);
  }

  @Test
  @DisplayName("HSI-10 an idle connection takes at most 512 octets")
  void keepsIdleConnectionsSmall() {
    assertThat(bytesAfter(inspecting(), Ends.IPV4, TALK)).isLessThanOrEqualTo(512);
    assertThat(bytesAfter(inspecting(), Ends.IPV6, TALK)).isLessThanOrEqualTo(512);
  }

  @Test
  @DisplayName("an idle connection whose agent has a small state takes at most 512 octets")
  void keepsSmallStatesSmall() {
    LambdaAgent counting =
        LambdaAgent.withState((calls, _, view, out) -> {
          out.pass(view.length());
          return calls + 1;
        });
    assertThat(bytesAfter(TestEngine.inline(counting), Ends.IPV6, TALK)).isLessThanOrEqualTo(512);
  }

  @Test
  @DisplayName("an idle connection that its agent let go takes at most 256 octets")
  void keepsUntouchedConnectionsSmall() {
    assertThat(bytesAfter(detaching(), Ends.IPV4, TALK)).isLessThanOrEqualTo(256);
    assertThat(bytesAfter(detaching(), Ends.IPV6, TALK)).isLessThanOrEqualTo(256);
  }

  private static TestEngine detaching() {
    return TestEngine.inline(LambdaAgent.by((_, _, out) -> out.detach()));
  }
}
