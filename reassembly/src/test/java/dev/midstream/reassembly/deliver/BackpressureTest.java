package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Output and views that wait for the receiver's window. */
class BackpressureTest {

  @Test
  @DisplayName("C-33 octets not shown because of a full window are edited when the window opens")
  void editsOctetsThatWaitedForTheWindow() {
    Engine engine =
        TestEngine.inline("cat", "elephant")
            .limits(EngineLimits.DEFAULTS.withWaitingBytes(1))
            .run(
                Opening.window(6)
                    + """
                    c> . 1:4(3) ack 1 "cat"
                    >s . 1:7(6) ack 1 "elepha"
                    c> F. 4:7(3) ack 1 "cat"
                    >c . 1:1(0) ack 7 win 0
                    s> . 1:1(0) ack 7 win 60
                    >c . 1:1(0) ack 7 win 55
                    >s . 7:9(2) ack 1 "nt"
                    >s F. 9:17(8) ack 1 "elephant"
                    """);
    assertThat(engine.counters().of(Reason.WINDOW_FULL)).isOne();
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isZero();
  }

  @Test
  @DisplayName("C-33 law 6 the agent is called while just as much as allowed waits")
  void callsTheAgentAtTheLimitOfWaitingOctets() {
    for (int limit = 1; limit <= 2; limit++) {
      TestEngine test =
          TestEngine.inline("cat", "elephant")
              .limits(EngineLimits.DEFAULTS.withWaitingBytes(limit));
      Engine engine =
          test.run(
              Opening.window(6)
                  + """
                  c> . 1:4(3) ack 1 "cat"
                  >s . 1:7(6) ack 1 "elepha"
                  c> . 4:7(3) ack 1 "cat"
                  """
                  + (limit == 1 ? ">c . 1:1(0) ack 7 win 0\n" : ""));
      assertThat(engine.counters().edits()).isEqualTo(limit);
      assertThat(test.events().contains(Reason.WINDOW_FULL)).isEqualTo(limit == 1);
      assertThat(engine.counters().of(Reason.HELD)).isZero();
    }
  }

  @Test
  @DisplayName("C-33 opaque octets do not overtake output that waits for the window")
  void opaqueOctetsWaitForTheWindow() {
    TestEngine.inline(
            LambdaAgent.withState((state, direction, view, out) -> {
              if (state == 0 && view.length() > 0) {
                out.replace(view.length(), Octets.ofText("elephant"));
                return 1;
              }
              out.skipRest();
              return state;
            }))
        .run(
            Opening.window(6)
                + """
                c> . 1:4(3) ack 1 "cat"
                >s . 1:7(6) ack 1 "elepha"
                c> . 4:5(1) ack 1 "x"
                c> . 5:6(1) ack 1 "y"
                s> . 1:1(0) ack 7 win 60
                >c . 1:1(0) ack 1 win 60
                >s . 7:11(4) ack 1 "ntxy"
                """);
  }

  @Test
  @DisplayName(
      "C-33 law 11 octets that the other direction unblocks during a full window are shown again")
  void showsOctetsAgainWhenTheWindowOpens() {
    LambdaAgent greeting =
        LambdaAgent.withState((state, direction, view, out) -> {
          String text = SimpleAgents.text(view);
          if (direction == Direction.SERVER_TO_CLIENT) {
            out.pass(view.length());
            return view.length() > 0 ? 1 : state;
          }
          if (text.startsWith("x")) {
            out.replace(1, Octets.ofText("y".repeat(1_000)));
          } else if (state == 1) {
            out.pass(view.length());
          }
          return state;
        });
    TestEngine.inline(greeting)
        .limits(EngineLimits.DEFAULTS.withWaitingBytes(500))
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460>
            >s same
            s> S. 0:0(0) ack 1 win 400 <mss 1460>
            >c same
            c> . 1:1(0) ack 1 win 65535
            >s same
            c> . 1:5(4) ack 1 win 65535 "xabc"
            >s . 1:401(400) ack 1
            s> . 1:4(3) ack 1 win 400 "hey"
            >c . 1:4(3) ack 1 "hey"
            s> . 4:4(0) ack 401 win 2000
            >c . 4:4(0) ack 1 win 1401
            >s . 401:937(536) ack 1
            >s . 937:1001(64) ack 1
            >s . 1001:1004(3) ack 1 "abc"
            """);
  }

  @Test
  @DisplayName(
      "H-28 H-33 law 6 the first reply goes beyond output that waits, the second one waits")
  void putsOneReplyBeyondWaitingOutput() {
    LambdaAgent replying =
        LambdaAgent.by((direction, view, out) -> {
          if (direction == Direction.SERVER_TO_CLIENT) {
            out.reply(Direction.CLIENT_TO_SERVER, Octets.ofText("reply"));
            out.pass(view.length());
          } else {
            out.replace(view.length(), Octets.ofText("elephant"));
          }
        });
    Engine engine =
        TestEngine.inline(replying)
            .limits(EngineLimits.DEFAULTS.withWaitingBytes(1))
            .run(
                Opening.window(6)
                    + """
                    c> . 1:4(3) ack 1 "cat"
                    >s . 1:7(6) ack 1 "elepha"
                    s> . 1:4(3) ack 1 win 6 "one"
                    >c . 1:4(3) ack 1 win 6 "one"
                    s> . 4:7(3) ack 1 win 6 "two"
                    nothing
                    s> . 7:7(0) ack 7 win 60
                    >c . 4:4(0) ack 1 win 56
                    >s P. 7:14(7) ack 1 "ntreply"
                    >s P. 14:19(5) ack 1 "reply"
                    >c . 4:7(3) ack 1 "two"
                    """);
    assertThat(engine.counters().of(Reason.WINDOW_FULL)).isOne();
  }

  private static final long MILLI = 1_000_000L;

  /** Arrays for a deletion, what it deleted, and the reply to it. */
  private static final int EDIT_BYTES = 28 + 16 + 28;

  private static long overheadBytes(Engine engine) {
    long[] sum = {0};
    engine.forEachConnection(connection -> {
      for (Direction direction : Direction.BOTH) {
        sum[0] += connection.stream(direction).memory().overheadBytes();
      }
    });
    return sum[0];
  }

  @Test
  @DisplayName("H-33 law 6 unread replies stop the requests that cause them")
  void unreadRepliesCloseTheWindowOfTheRequests() {
    int requests = 5_000;
    int waitingBytes = 20_000;
    int arrayBytes = 1_460 / "no\n".length() * EDIT_BYTES;
    Engine engine =
        TestEngine.inline(LineAgents.denying("no", "answer\n".repeat(50)))
            .limits(EngineLimits.DEFAULTS.withWaitingBytes(waitingBytes))
            .engine();
    SimulatedNetwork network = new SimulatedNetwork(Path.of(10 * MILLI), 1).place(engine);
    Application asking =
        new Application()
            .stopReading()
            .write("no\n".repeat(requests))
            .pause(60_000 * MILLI)
            .readAll()
            .close();
    Conversation talk =
        network.open(
            Ends.IPV4,
            Party.opening(EndpointOptions.MODERN.withBuffer(4_096, 0), asking),
            Party.waiting(EndpointOptions.MODERN, new Application().awaitEnd().close()));

    network.runUntil(50_000 * MILLI);
    assertThat(engine.budget().usedBytes() - overheadBytes(engine)).isLessThan(10L * waitingBytes);
    assertThat(engine.budget().peakBytes()).isLessThan(10L * waitingBytes + arrayBytes);
    assertThat(engine.counters().of(Reason.WINDOW_FULL)).isPositive();
    network.runUntil(600_000 * MILLI);
    assertThat(talk.client().received()).hasSize(requests * 50 * "answer\n".length());
    assertThat(talk.isDone()).isTrue();
    assertThat(engine.budget().usedBytes()).isZero();
  }
}
