package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Talk;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Custody of octets that are decided when it is asked for, and whose record is committed 5 ms
 * later.
 */
class DecidedCustodyTest {
  private static final long MILLI = 1_000_000L;
  private static final long DELAY_NANOS = 5 * MILLI;

  /** A line whose end came beyond the receiver's edge, and waits for custody of all of it. */
  private static final String BEYOND_THE_EDGE =
      Opening.window(30)
          + """
          at 0.1s
          c> . 1:31(30) ack 1 "%s"
          at 0.105s
          >c . 1:1(0) ack 31 win 30
          c> . 31:52(21) ack 1 "%s\\n"
          >s . 1:31(30) ack 1
          at 0.120s
          s> . 1:1(0) ack 31 win 0
          at 0.125s
          nothing
          """
              .formatted("a".repeat(30), "b".repeat(20));

  private static LateCommitsBox late(Agent<?> agent) {
    return new LateCommitsBox(TestEngine.inline(agent), CommitMode.ON_CHANGE, DELAY_NANOS);
  }

  private static void commitAll(Engine engine, MemoryLog log) {
    log.commitTo(log.appended());
    engine.onCommitted(200 * MILLI, packet -> {});
  }

  private static void assertTakenOnce(LateCommitsBox box) {
    assertThat(box.engine().counters().of(Reason.CUSTODY)).isOne();
  }

  @Test
  @DisplayName("H-18 H-14 octets beyond the receiver's edge are taken when they are committed")
  void takesOctetsBeyondTheEdge() {
    LateCommitsBox box = late(LineAgents.passing());
    new Script(box)
        .run(
            BEYOND_THE_EDGE
                + """
                at 0.130s
                >c . 1:1(0) ack 52 win 9
                at 0.2s
                nothing
                """);
  }

  @Test
  @DisplayName("H-18 octets that have left by then are not taken, also if a reply after them waits")
  void takesNoOctetsThatHaveLeft() {
    Agent<?> replying =
        LambdaAgent.by((direction, view, out) -> {
          boolean isClient = direction == Direction.CLIENT_TO_SERVER;
          if (!isClient) {
            SimpleAgents.pass(view, out);
            out.reply(Direction.CLIENT_TO_SERVER, Octets.ofText("r"));
          } else if (SimpleAgents.text(view).endsWith("\n")) {
            SimpleAgents.pass(view, out);
          }
        });
    LateCommitsBox box = late(replying);
    new Script(box)
        .run(
            BEYOND_THE_EDGE
                + """
                at 0.127s
                s> . 1:2(1) ack 31 win 21 "x"
                >c . 1:2(1) ack 31 "x"
                >s . 31:52(21) ack 1
                at 0.130s
                nothing
                """);
    assertTakenOnce(box);
  }

  @Test
  @DisplayName("H-18 H-23 octets retransmitted into a closed window are taken when committed")
  void takesRetransmittedOctets() {
    LateCommitsBox box = late(SimpleAgents.replacing("cat", "elephant"));
    new Script(box)
        .run(
            Opening.window(3)
                + """
                at 0.1s
                c> . 1:4(3) ack 1 "cat"
                >s . 1:4(3) ack 1 "ele"
                s> . 1:1(0) ack 4 win 0
                at 1.0s
                c> . 1:4(3) ack 1 "cat"
                >s . 3:3(0) ack 1
                >c . 1:1(0) ack 1 win 3
                s> . 1:1(0) ack 4 win 0
                nothing
                at 3.0s
                c> . 1:4(3) ack 1 "cat"
                >s . 3:3(0) ack 1
                >c . 1:1(0) ack 1 win 3
                at 3.005s
                >c . 1:1(0) ack 4 win 0
                at 3.1s
                nothing
                """);
    assertTakenOnce(box);
  }

  @Test
  @DisplayName("H-18 H-11 octets that grew and are retransmitted are taken when committed")
  void takesLongRetransmissions() {
    MemoryLog log = new MemoryLog(CommitMode.ON_CHANGE);
    Engine engine =
        TestEngine.inline(SimpleAgents.replacing("a", "b".repeat(20_000))).log(log).engine();
    Talk talk = new Talk(engine, Ends.IPV4, 0, "mss 100");
    commitAll(engine, log);
    talk.client(0, 'a' + 1);
    talk.runTimers(200 * MILLI);
    talk.client('a', 1);
    assertThat(talk.stream().edits().custodyEnd()).isZero();
    commitAll(engine, log);
    assertThat(talk.stream().edits().custodyEnd()).isEqualTo('a' + 1);
  }

  @Test
  @DisplayName("H-18 octets after a filled gap are taken when committed, if no ACK comes")
  void takesFillers() {
    LateCommitsBox box = late(LineAgents.passing());
    new Script(box)
        .run(
            Opening.PLAIN
                + """
                at 0.1s
                c> . 3:5(2) ack 1 "x\\n"
                >c . 1:1(0) ack 1
                c> . 1:3(2) ack 1 "y\\n"
                >s . 1:5(4) ack 1 "y\\nx\\n"
                at 0.204s
                nothing
                at 0.205s
                >c . 1:1(0) ack 5 win 65531
                at 0.3s
                nothing
                """);
    assertTakenOnce(box);
  }
}
