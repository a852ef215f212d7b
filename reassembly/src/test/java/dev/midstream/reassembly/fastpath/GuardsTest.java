package dev.midstream.reassembly.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Guarded;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.script.CompleteScan;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.box.FrontBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.fastpath.FastPathModel;
import dev.midstream.wire.fastpath.FlowEntry;
import dev.midstream.wire.fastpath.FlowKey;
import dev.midstream.wire.fastpath.Orphans;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the kernel is told of edited connections, for the time after the death of the process. */
class GuardsTest {
  private static final String BEGUN =
      Opening.stamped(100, 500, 101)
          + """
          c> P. 1:4(3) ack 1 <nop,nop,TS 102/500> "abc"
          >s P. 1:6(5) ack 1 "ABCDE"
          """;
  private static final String SETTLED =
      """
      s> P. 1:3(2) ack 6 <nop,nop,TS 502/102> "ok"
      >c P. 1:3(2) ack 4
      c> . 4:4(0) ack 3 <nop,nop,TS 103/502>
      >s . 6:6(0) ack 3
      at 3s
      c> . 4:9(5) ack 3 <nop,nop,TS 104/502> "01234"
      >s . 6:11(5) ack 3
      s> . 3:3(0) ack 11 <nop,nop,TS 503/104>
      >c . 3:3(0) ack 9
      """;
  private static final String CLOSED =
      """
      c> F. 9:9(0) ack 3 <nop,nop,TS 105/503>
      >s F. 11:11(0) ack 3
      s> F. 3:3(0) ack 12 <nop,nop,TS 504/105>
      >c F. 3:3(0) ack 10
      c> . 10:10(0) ack 4 <nop,nop,TS 106/504>
      >s . 12:12(0) ack 4
      """;

  /** Without entries, so that no connection leaves the engine. */
  private final FastPathModel flows = new FastPathModel(0);

  private final FastPathModel guards = new FastPathModel(2);
  private final Orphans orphans = new Orphans();

  private Engine run(FastPathModel table, String script) {
    LambdaAgent agent =
        LambdaAgent.by((_, view, out) -> {
          if (SimpleAgents.text(view).equals("abc")) {
            out.replace(3, Octets.ofText("ABCDE"));
          } else {
            out.pass(view.length());
          }
        });
    Engine engine = engine(agent, table);
    new Script(engine, (_, _) -> {}).run(script);
    return engine;
  }

  private Engine engine(LambdaAgent agent, FastPathModel table) {
    FastPathTerms terms = new FastPathTerms(flows, 1 << 20, false, table, orphans);
    return TestEngine.inline(agent).fastPath(terms).engine();
  }

  private FlowEntry guard(Engine engine, boolean ofClient) {
    FlowKey key = Connections.only(engine).key().flowKey(guards.newKey(), ofClient);
    FlowEntry entry = guards.newEntry();
    assertThat(guards.read(key, entry)).isTrue();
    return entry;
  }

  @Test
  @DisplayName("a connection that is not edited has no guard")
  void leavesOthersAlone() {
    String passed =
        """
        c> P. 1:4(3) ack 1 <nop,nop,TS 102/500> "abd"
        >s same
        """;
    Engine engine = run(guards, Opening.stamped(100, 500, 101) + passed);
    assertThat(guards.size()).isZero();
    assertThat(Connections.only(engine).seen().guarded()).isEqualTo(Guarded.NOT);
  }

  @Test
  @DisplayName("a connection is held from its edit on, and passes shifted once that is settled")
  void holdsAndShifts() {
    Engine engine = run(guards, BEGUN);
    assertThat(guard(engine, true).isHeld()).isTrue();
    assertThat(guard(engine, false).isHeld()).isTrue();
    Engine settled = run(guards, BEGUN + SETTLED);
    FlowEntry client = guard(settled, true);
    assertThat(client.isShifted()).isTrue();
    assertThat(client.sequenceShift()).isEqualTo(2);
    assertThat(client.acknowledgementShift()).isZero();
    assertThat(guard(settled, false).acknowledgementShift()).isEqualTo(-2);
    String again =
        """
        c> P. 9:12(3) ack 3 <nop,nop,TS 105/503> "abc"
        >s P. 11:16(5) ack 3 "ABCDE"
        """;
    assertThat(guard(run(guards, BEGUN + SETTLED + again), true).isHeld()).isTrue();
  }

  @Test
  @DisplayName("a connection passes shifted as soon as its edit is acknowledged")
  void shiftsAtTheAcknowledgement() {
    String acknowledged =
        """
        s> . 1:1(0) ack 6 <nop,nop,TS 502/102>
        >c . 1:1(0) ack 4
        """;
    FlowEntry client = guard(run(guards, BEGUN + acknowledged), true);
    assertThat(client.isShifted()).isTrue();
    assertThat(client.sequenceShift()).isEqualTo(2);
  }

  @Test
  @DisplayName("an edit that changes no length has its guard, too, and passes with a shift of 0")
  void shiftsByNothing() {
    Engine engine = engine(SimpleAgents.replacing("abc", "ABC"), guards);
    Script script = new Script(engine, (_, _) -> {});
    script.run(TestEngine.OPEN + "c> P. 1:4(3) ack 1 \"abc\"\n>s P. 1:4(3) ack 1 \"ABC\"\n");
    script.run("s> . 1:1(0) ack 4\n>c same\n");
    assertThat(guard(engine, true).isShifted()).isTrue();
    assertThat(guard(engine, false).isShifted()).isTrue();
    assertThat(guard(engine, true).sequenceShift()).isZero();
  }

  @Test
  @DisplayName("a deletion is settled once all before it is acknowledged, also what is not kept")
  void shiftsAfterOpaqueOctets() {
    LambdaAgent agent =
        LambdaAgent.onClient((view, out) -> {
          if (SimpleAgents.text(view).equals("del")) {
            out.drop(3);
          } else if (view.length() > 0) {
            out.skip(10);
          }
        });
    Engine engine = engine(agent, guards);
    Script script = new Script(engine, (_, _) -> {});
    script.run(
        TestEngine.OPEN
            + """
            c> P. 1:6(5) ack 1
            >s same
            s> . 1:1(0) ack 6
            >c same
            c> . 6:11(5) ack 1
            >s same
            c> P. 11:14(3) ack 1 "del"
            """);
    assertThat(guard(engine, true).isHeld()).isTrue();
    script.run(
        """
        s> . 1:1(0) ack 11
        >c . 1:1(0) ack 14
        """);
    assertThat(guard(engine, true).isShifted()).isTrue();
    assertThat(guard(engine, true).sequenceShift()).isEqualTo(-3);
  }

  /** The agent needs more than five octets, which the engine acknowledges and holds. */
  private Script acknowledgeFive(Engine engine) {
    Script script = new Script(engine, (_, _) -> {});
    script.run(
        TestEngine.OPEN
            + """
            c> P. 1:6(5) ack 1
            at 1s
            >c . 1:1(0) ack 6
            """);
    assertThat(guard(engine, true).isHeld()).isTrue();
    return script;
  }

  @Test
  @DisplayName("the guard ends when a connection without edits is left by its agent")
  void endsWithTheInspection() {
    LambdaAgent agent =
        LambdaAgent.onClient((view, out) -> {
          if (view.length() >= 10) {
            out.detach();
          }
        });
    Engine engine = engine(agent, guards);
    Script script = acknowledgeFive(engine);
    script.run(
        """
        c> P. 6:11(5) ack 1
        >s P. 1:11(10) ack 1
        s> . 1:1(0) ack 11
        >c same
        """);
    assertThat(Connections.only(engine).handling()).isEqualTo(Handling.UNTOUCHED);
    assertThat(Connections.only(engine).seen().guarded()).isEqualTo(Guarded.NOT);
    assertThat(guards.size()).isZero();
  }

  @Test
  @DisplayName("the guard of a connection ends with it, and not at its FINs")
  void releases() {
    Engine engine = run(guards, BEGUN + SETTLED + CLOSED);
    assertThat(guard(engine, true).isShifted()).isTrue();
    Engine forgotten = run(guards, BEGUN + SETTLED + CLOSED + "at 1000s\n");
    assertThat(forgotten.connections()).isZero();
    assertThat(guards.size()).isZero();
  }

  @Test
  @DisplayName("edited connections for which there is no room are counted while they exist")
  void countsMissing() {
    FastPathModel small = new FastPathModel(1);
    Engine begun = run(small, BEGUN);
    assertThat(begun.fastPath().guards().missing()).isEqualTo(1);
    assertThat(CompleteScan.of(begun.scanStatus(1), 0).fastPath().unguarded()).isEqualTo(1);
    assertThat(run(small, BEGUN + SETTLED + CLOSED + "at 1000s\n").fastPath().guards().missing())
        .isZero();
  }

  @Test
  @DisplayName("the kernel reads no tag of a service: its connections have no guard, nor a place")
  void guardsNoServiceTags() {
    Engine engine = engine(SimpleAgents.replacing("abc", "ABCDE"), guards);
    Script script = new Script(new ServiceTags(engine)).between(Ends.IPV4.withVlans(7));
    script.run(BEGUN + SETTLED);
    assertThat(engine.fastPath().guards().missing()).isEqualTo(1);
    assertThat(guards.size()).isZero();
    SettledCheck settled = engine.fastPath().settled();
    assertThat(settled.obstacle(Connections.only(engine))).isEqualTo(Unsettled.PLACE);
  }

  /** Gives tags the type of service tags (IEEE 802.1ad) on their way to the engine. */
  private record ServiceTags(Box box) implements FrontBox {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      setType(packet, 0x88a8);
      Disposition disposition =
          box.onPacket(
              packet,
              nowNanos,
              each -> {
                setType(each, 0x8100);
                out.emit(each);
              });
      setType(packet, 0x8100);
      return disposition;
    }

    private static void setType(Packet packet, int type) {
      packet.memory().set(ValueLayout.JAVA_BYTE, packet.offset() + 12, (byte) (type >> 8));
      packet.memory().set(ValueLayout.JAVA_BYTE, packet.offset() + 13, (byte) type);
    }
  }

  @Test
  @DisplayName("without room for both directions nothing is left in the table")
  void leavesNoHalf() {
    FastPathModel small = new FastPathModel(1);
    Engine engine = run(small, BEGUN);
    assertThat(Connections.only(engine).seen().guarded()).isEqualTo(Guarded.MISSING);
    assertThat(small.size()).isZero();
  }

  @Test
  @DisplayName("a connection is held while the engine has acknowledged what its receiver lacks")
  void holdsWhatIsInCustody() {
    Engine engine = engine(passingTen(), guards);
    Script script = acknowledgeFive(engine);
    assertThat(guard(engine, false).isHeld()).isTrue();
    script.run(
        """
        c> P. 6:11(5) ack 1
        >s P. 1:11(10) ack 1
        """);
    assertThat(guard(engine, true).isHeld()).isTrue();
    script.run(
        """
        s> . 1:1(0) ack 11
        >c same
        """);
    assertThat(Connections.only(engine).seen().guarded()).isEqualTo(Guarded.NOT);
    assertThat(guards.size()).isZero();
  }

  private static final String ALWAYS_IN_FLIGHT =
      """
      c> P. 6:11(5) ack 1
      >s P. 1:11(10) ack 1
      c> P. 11:21(10) ack 1
      >s same
      s> . 1:1(0) ack 11
      >c same
      """;

  private static LambdaAgent passingTen() {
    return LambdaAgent.by((_, view, out) -> {
      if (view.length() >= 10) {
        out.pass(view.length());
      }
    });
  }

  @Test
  @DisplayName(
      "a connection without edits passes once its receiver lacks nothing, also if octets"
          + " of it are always on their way")
  void endsWhenTheReceiverLacksNothing() {
    Engine engine = engine(passingTen(), guards);
    acknowledgeFive(engine).run(ALWAYS_IN_FLIGHT);
    assertThat(Connections.only(engine).seen().guarded()).isEqualTo(Guarded.NOT);
    assertThat(guards.size()).isZero();
  }

  @Test
  @DisplayName("one for which there was no room closes the way no longer than it would be held")
  void isMissingNoLonger() {
    FastPathModel small = new FastPathModel(1);
    Engine engine = engine(passingTen(), small);
    Script script = new Script(engine, (_, _) -> {});
    script.run(
        TestEngine.OPEN
            + """
            c> P. 1:6(5) ack 1
            at 1s
            >c . 1:1(0) ack 6
            """);
    assertThat(engine.fastPath().guards().missing()).isEqualTo(1);
    script.run(ALWAYS_IN_FLIGHT);
    assertThat(engine.fastPath().guards().missing()).isZero();
    Engine edited = run(new FastPathModel(1), BEGUN + SETTLED);
    assertThat(edited.fastPath().guards().missing()).as("its shift has no room").isEqualTo(1);
  }

  @Test
  @DisplayName("an engine that forgets all connections leaves their guards, and sends nothing")
  void leavesGuards() {
    Engine engine = run(guards, BEGUN + SETTLED);
    engine.forgetAll();
    assertThat(engine.connections()).isZero();
    assertThat(guards.size()).isEqualTo(2);
    assertThat(engine.fastPath().connections()).isZero();
  }

  @Test
  @DisplayName("the ends of a connection that is lost are reset, until one opens it anew")
  void resetsLostOnes() {
    Engine engine = run(guards, BEGUN);
    FlowKey key = Connections.only(engine).key().flowKey(guards.newKey(), true);
    engine.forgetAll();
    orphans.setLost(List.of(key), 0);
    assertThat(orphans.lost()).isEqualTo(1);
    new Script(engine, (_, _) -> {})
        .run(
            """
            c> . 104:104(0) ack 501
            >c R 501:501(0)
            s> . 501:501(0) ack 106
            >s R 106:106(0)
            c> R 104:104(0)
            """);
    assertThat(engine.connections()).isZero();
    new Script(engine, (_, _) -> {}).run(TestEngine.OPEN);
    assertThat(orphans.lost()).isZero();
    assertThat(guards.size()).isZero();
    assertThat(engine.connections()).isEqualTo(1);
  }
}
