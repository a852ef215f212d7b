package dev.midstream.reassembly.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Connections that an agent expects. */
class ExpectationTableTest {
  private static final Rule RULE =
      new Rule("data", Match.ANY, Action.ALLOW, null, null, Mode.ENFORCE);
  private static final String EDITED =
      TestEngine.OPEN + "c> P. 1:3(2) ack 1 \"ab\"\n>s P. 1:2(1) ack 1 \"x\"\n";
  private static final String UNTOUCHED = TestEngine.OPEN + "c> P. 1:3(2) ack 1 \"ab\"\n>s same\n";

  /** An engine whose agent replaces each view by "x" and expects a connection to port 2000. */
  private static Engine engine(Direction opener, String agentName) {
    LambdaAgent agent =
        LambdaAgent.by((direction, view, out) -> {
          if (view.length() > 0) {
            out.expect(new Expectation(opener, 2_000, agentName));
            out.replace(view.length(), Octets.ofText("x"));
          }
        });
    return TestEngine.of(agent).serverPort(21).engine();
  }

  private static Script between(Engine engine, int clientPort, int serverPort) {
    return new Script(engine).between(Ends.IPV4.withPorts(clientPort, serverPort));
  }

  @Test
  @DisplayName("an expected connection of the client gets the agent, once")
  void expectsConnectionsOfTheClient() {
    Engine engine = engine(Direction.CLIENT_TO_SERVER, "test");
    between(engine, 40_000, 2_000).run(UNTOUCHED);
    between(engine, 40_000, 21).run(EDITED);
    between(engine, 40_001, 2_001).run(UNTOUCHED);
    between(engine, 40_001, 2_000).run(EDITED);
    // The view of the data connection renewed the expectation; the next connection uses it.
    between(engine, 40_002, 2_000).run(EDITED);
    assertThat(engine.counters().of(Reason.REDIRECT_LIMIT)).isZero();
  }

  @Test
  @DisplayName("an expected connection of the server gets the agent; its opener is the client")
  void expectsConnectionsOfTheServer() {
    Engine engine = engine(Direction.SERVER_TO_CLIENT, "test");
    between(engine, 40_000, 21).run(EDITED);
    between(engine, 40_001, 2_000).run(UNTOUCHED);
    between(engine, 2_000, 20)
        .run(
            """
            s> S 0:0(0) <mss 1460>
            >c same
            c> S. 0:0(0) ack 1 <mss 1460>
            >s same
            s> . 1:1(0) ack 1
            >c same
            s> P. 1:3(2) ack 1 "ab"
            >c P. 1:2(1) ack 1 "x"
            """);
  }

  @Test
  @DisplayName("law 6 a client that expects too many connections pushes out its own only")
  void keepsExpectationsOfOtherClients() {
    Engine engine = engine(Direction.CLIENT_TO_SERVER, "test");
    between(engine, 40_000, 21).run(EDITED);
    StringBuilder greedy = new StringBuilder(TestEngine.OPEN);
    for (int i = 1; i <= ExpectationTable.MAX_EXPECTATIONS; i++) {
      greedy.append(
          "c> P. %d:%d(1) ack 1 \"a\"\n>s P. %d:%d(1) ack 1 \"x\"\n".formatted(i, i + 1, i, i + 1));
    }
    new Script(engine).between(Ends.IPV6.withPorts(40_000, 21)).run(greedy.toString());
    assertThat(engine.counters().of(Reason.EXPECTATION_LIMIT)).isOne();

    between(engine, 40_001, 2_000).run(EDITED);
  }

  @Test
  @DisplayName("law 6 of clients that expect equally many the one that asked first loses one")
  void evictsTheOldest() {
    ExpectationTable table = new ExpectationTable(ConnectionRouter.ALONE, new Counters());
    FrameView first = syn(0);
    FrameView second = syn(1);
    table.add(expected(first), 0);
    for (int vlan = 1; vlan < ExpectationTable.MAX_EXPECTATIONS; vlan++) {
      table.add(expected(syn(vlan)), 0);
    }
    assertThat(table.peek(first, 0)).isEqualTo(RULE);

    table.add(expected(syn(ExpectationTable.MAX_EXPECTATIONS)), 0);

    assertThat(table.peek(first, 0)).isNull();
    assertThat(table.peek(second, 0)).isEqualTo(RULE);
  }

  @Test
  @DisplayName("expectations that have expired evict none")
  void forgetsExpiredExpectations() {
    Counters counters = new Counters();
    ExpectationTable table = new ExpectationTable(ConnectionRouter.ALONE, counters);
    long second = TimeUnit.SECONDS.toNanos(1);
    for (int i = 1; i < ExpectationTable.MAX_EXPECTATIONS; i++) {
      table.add(expected(syn(1)), 0);
    }
    table.add(expected(syn(0)), second);
    table.add(expected(syn(2)), 60 * second);

    assertThat(table.peek(syn(0), 60 * second)).isEqualTo(RULE);
    assertThat(table.peek(syn(1), 60 * second)).isNull();
  }

  @Test
  @DisplayName("law 6 what was forgotten counts for no client")
  void countsNothingAfterClear() {
    ExpectationTable table = new ExpectationTable(ConnectionRouter.ALONE, new Counters());
    for (int i = 0; i < ExpectationTable.MAX_EXPECTATIONS; i++) {
      table.add(expected(syn(1)), 0);
    }
    table.clear();
    for (int i = 0; i < ExpectationTable.MAX_EXPECTATIONS; i++) {
      table.add(expected(syn(i < 2 ? 2 : 3 + i)), 0);
    }
    table.add(expected(syn(0)), 0);
    table.add(expected(syn(2_000)), 0);

    assertThat(table.peek(syn(2), 0)).isNull();
    assertThat(table.peek(syn(5), 0)).isEqualTo(RULE);
  }

  @Test
  @DisplayName("an agent that no rule names cannot be expected: counted, and the call applies")
  void refusesUnknownAgents() {
    Engine engine = engine(Direction.CLIENT_TO_SERVER, "other");
    between(engine, 40_000, 21).run(EDITED);
    between(engine, 40_001, 2_000).run(UNTOUCHED);
    assertThat(engine.counters().of(Reason.NOT_APPLIED)).isOne();
  }

  @Test
  @DisplayName(
      "an expectation that was renewed is fulfilled once, also after the first one expired")
  void isFulfilledOnceAfterItWasRenewed() {
    FrameView syn = syn(0);
    ExpectedConnection expected = expected(syn);
    ExpectationTable table = new ExpectationTable(ConnectionRouter.ALONE, new Counters());
    table.add(expected, 0);
    table.add(expected, TimeUnit.SECONDS.toNanos(59));
    long nowNanos = TimeUnit.SECONDS.toNanos(61);
    assertThat(table.peek(syn, nowNanos)).isEqualTo(RULE);

    table.remove(expected);

    assertThat(table.peek(syn, nowNanos)).isNull();
  }

  /** The first segment of a connection in a VLAN. */
  private static FrameView syn(int vlan) {
    byte[] frame = new FrameBuilder(Ends.IPV4.withVlans(vlan), Direction.CLIENT_TO_SERVER).build();
    FrameView syn = new FrameView();
    syn.read(new Packet().at(MemorySegment.ofArray(frame), 0, frame.length));
    return syn;
  }

  private static ExpectedConnection expected(FrameView syn) {
    return new ExpectedConnection(
        syn.ipVersion(),
        syn.vlanIds(),
        syn.sourceHigh(),
        syn.sourceLow(),
        syn.destinationHigh(),
        syn.destinationLow(),
        true,
        syn.destinationPort(),
        RULE);
  }
}
