package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Octets that the agent deletes without seeing them. */
class DroppedSpanTest {
  /** Passes two octets of the client, and drops the next {@code count}; the rest passes. */
  private static LambdaAgent dropping(long count) {
    return LambdaAgent.withState((state, direction, view, out) -> {
      if (direction == Direction.CLIENT_TO_SERVER && state == 0 && view.length() >= 2) {
        out.pass(2);
        out.drop(count);
        return 1;
      }
      if (state == 1 || direction == Direction.SERVER_TO_CLIENT) {
        SimpleAgents.pass(view, out);
      }
      return state;
    });
  }

  @Test
  @DisplayName("H-53 octets of a dropped span are acknowledged, and do not leave")
  void deletesASpan() {
    List<String> views = new ArrayList<>();
    Engine engine =
        TestEngine.inline(dropping(6).recording(views))
            .open(
                """
                c> . 1:5(4) ack 1 "abcd"
                >s . 1:3(2) ack 1 "ab"
                s> . 1:1(0) ack 3 win 65533
                >c . 1:1(0) ack 5 win 65535
                c> . 5:8(3) ack 1 "efg"
                >c . 1:1(0) ack 8 win 65534
                c> P. 8:11(3) ack 1 "hij"
                >s P. 3:5(2) ack 1 "ij"
                s> . 1:1(0) ack 5 win 65531
                >c . 1:1(0) ack 11 win 65531
                """);
    assertThat(views).containsExactly("abcd", "ij");
    assertThat(engine.budget().usedBytes()).isZero();
    assertThat(engine.counters().removedOctets()).isEqualTo(6);
  }

  @Test
  @DisplayName("H-53 the agent is called when the last octet of a span has come, and may reply")
  void callsTheAgentAtTheEnd() {
    LambdaAgent agent =
        LambdaAgent.withState((state, direction, view, out) -> {
          if (direction == Direction.CLIENT_TO_SERVER && state == 0) {
            out.drop(6);
          } else if (direction == Direction.CLIENT_TO_SERVER && state == 1) {
            out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("no"));
          }
          return state + 1;
        });
    TestEngine.inline(agent)
        .open(
            """
            c> P. 1:4(3) ack 1 "abc"
            >c . 1:1(0) ack 4
            c> P. 4:7(3) ack 1 "def"
            >c P. 1:3(2) ack 7 "no"
            c> . 7:7(0) ack 3
            """);
  }

  @Test
  @DisplayName("H-38 H-53 octets that are dropped need no room")
  void needsNoRoom() {
    LambdaAgent agent =
        LambdaAgent.onClient((view, out) -> {
          out.replace(view.length(), Octets.ofText("x".repeat(600)));
          out.drop(200);
        });
    Engine engine =
        TestEngine.inline(agent)
            .limits(EngineLimits.DEFAULTS.withTotalBytes(100))
            .run(
                Opening.segments(536)
                    + """
                    c> . 1:2(1) ack 1
                    >s . 1:537(536) ack 1
                    >s . 537:601(64) ack 1
                    c> . 2:102(100) ack 1
                    s> . 1:1(0) ack 601
                    >c . 1:1(0) ack 102
                    """);
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isZero();
  }

  @Test
  @DisplayName("H-53 dropped octets that come again are answered, with a D-SACK")
  void answersRepeatedOctets() {
    TestEngine.inline(dropping(6))
        .open(
            """
            c> . 1:5(4) ack 1 "abcd"
            >s . 1:3(2) ack 1 "ab"
            s> . 1:1(0) ack 3 win 65533
            >c . 1:1(0) ack 5 win 65535
            c> . 5:8(3) ack 1 "efg"
            >c . 1:1(0) ack 8 win 65534
            c> . 5:8(3) ack 1 "efg"
            >c . 1:1(0) ack 8 win 65534 <sack 5:8>
            c> . 3:8(5) ack 1 "cdefg"
            >c . 1:1(0) ack 8 win 65534 <sack 3:8>
            """);
  }

  @Test
  @DisplayName("H-26 H-53 dropped octets are not acknowledged before what precedes them")
  void waitsForWhatPrecedes() {
    TestEngine.inline(dropping(6))
        .open(
            """
            c> . 1:5(4) ack 1 "abcd"
            >s . 1:3(2) ack 1 "ab"
            c> . 5:8(3) ack 1 "efg"
            at 0.1s
            nothing
            c> . 1:5(4) ack 1 "abcd"
            >s . 1:3(2) ack 1 "ab"
            s> . 1:1(0) ack 3 win 65533
            >c . 1:1(0) ack 8 win 65534
            """);
  }

  @Test
  @DisplayName("H-2 H-53 a gap in a dropped span is reported, and what follows it is kept")
  void reportsAGapInASpan() {
    TestEngine.inline(dropping(8))
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            >s same
            s> . 1:1(0) ack 3
            >c same
            c> . 6:9(3) ack 1 "fgh"
            >c . 1:1(0) ack 3 <sack 6:9>
            c> . 3:6(3) ack 1 "cde"
            >c . 1:1(0) ack 9
            c> . 9:13(4) ack 1 "ijkl"
            >s . 3:5(2) ack 1 "kl"
            """);
  }

  @Test
  @DisplayName("H-53 a closed window does not stop octets of a dropped span")
  void dropsBehindAClosedWindow() {
    TestEngine.inline(dropping(100))
        .run(
            Opening.window(10)
                + """
                c> . 1:3(2) ack 1 "ab"
                >s same
                s> . 1:1(0) ack 3 win 0
                >c . 1:1(0) ack 3 win 10
                c> . 3:13(10) ack 1
                >c . 1:1(0) ack 13 win 10
                c> . 13:23(10) ack 1
                >c . 1:1(0) ack 23 win 10
                """);
  }

  @Test
  @DisplayName("H-53 a span shows no window larger than any of the receiver")
  void offersNoLargerWindow() {
    TestEngine.inline(dropping(100))
        .run(
            Opening.window(10)
                + """
                c> . 1:9(8) ack 1 "abcdefgh"
                >s . 1:3(2) ack 1 "ab"
                nothing
                c> . 9:11(2) ack 1
                nothing
                s> . 1:1(0) ack 3 win 8
                >c . 1:1(0) ack 11 win 10
                """);
  }

  @Test
  @DisplayName("H-53 at the end of a span the edge is that of the receiver")
  void offersTheReceiversWindowAfterASpan() {
    TestEngine.inline(dropping(12))
        .run(
            Opening.window(10)
                + """
                c> . 1:3(2) ack 1 "ab"
                >s same
                s> . 1:1(0) ack 3 win 4
                >c . 1:1(0) ack 3 win 10
                c> . 3:13(10) ack 1
                >c . 1:1(0) ack 13 win 6
                c> . 13:17(4) ack 1 "cdef"
                >s . 3:5(2) ack 1 "ef"
                """);
  }

  @Test
  @DisplayName("H-20 H-53 a FIN in a dropped span leaves, and the agent sees the end")
  void endsInsideASpan() {
    TestEngine.inline(dropping(100))
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            >s same
            s> . 1:1(0) ack 3
            >c same
            c> F. 3:9(6) ack 1
            >s F. 3:3(0) ack 1
            at 0.1s
            nothing
            c> F. 3:9(6) ack 1
            >s F. 3:3(0) ack 1
            s> F. 1:1(0) ack 4
            >c F. 1:1(0) ack 10
            c> . 10:10(0) ack 2
            >s . 4:4(0) ack 2
            """);
  }

  @Test
  @DisplayName("H-53 a reply in the middle of a span stands where it was decided")
  void repliesIntoASpan() {
    LambdaAgent agent =
        LambdaAgent.by((direction, view, out) -> {
          if (direction == Direction.CLIENT_TO_SERVER) {
            out.drop(100);
          } else {
            SimpleAgents.pass(view, out);
            out.reply(Direction.CLIENT_TO_SERVER, Octets.ofText("rr"));
          }
        });
    TestEngine.inline(agent)
        .open(
            """
            c> . 1:5(4) ack 1
            >c . 1:1(0) ack 5
            s> . 1:4(3) ack 1 "abc"
            >c . 1:4(3) ack 5 "abc"
            >s P. 1:3(2) ack 1 "rr"
            c> . 5:9(4) ack 4
            >s . 3:3(0) ack 4
            c> . 9:13(4) ack 4
            s> . 4:4(0) ack 3
            >c . 4:4(0) ack 13
            s> . 4:7(3) ack 3 "def"
            >c . 4:7(3) ack 13 "def"
            >s P. 3:5(2) ack 4 "rr"
            """);
  }

  @Test
  @DisplayName("H-53 octets after a dropped span are opaque after the agent has detached")
  void passesWhatFollowsADetach() {
    LambdaAgent agent =
        LambdaAgent.by((direction, view, out) -> {
          if (direction == Direction.CLIENT_TO_SERVER) {
            out.drop(6);
          } else {
            out.detach();
          }
        });
    TestEngine.inline(agent)
        .open(
            """
            c> . 1:5(4) ack 1
            >c . 1:1(0) ack 5
            s> . 1:4(3) ack 1 "abc"
            >c . 1:4(3) ack 5 "abc"
            c> . 5:9(4) ack 4 "efgh"
            >s . 1:3(2) ack 4 "gh"
            c> . 11:13(2) ack 4 "kl"
            >s . 5:7(2) ack 4 "kl"
            """);
  }

  @Test
  @DisplayName("H-53 a span of 10 GB is one command for each 2 GiB, and is folded in silence")
  void growsOneCommand() {
    Stream stream =
        new Stream(
            0,
            100,
            1_000,
            true,
            new UnpooledByteBufAllocator(true, true),
            new MemoryBudget(Long.MAX_VALUE, 0));
    long length = 10_000_000_000L;
    for (long left = length; left > 0; left -= 1_000_000) {
      stream.delete(1_000_000);
    }
    assertThat(stream.edits().commands().size()).isEqualTo(5);
    assertThat(stream.decided()).isEqualTo(length);
    assertThat(stream.newEnd()).isZero();
    assertThat(stream.edits().map().acknowledgement(0)).isEqualTo(length);
  }

  @Test
  @DisplayName("H-53 a gap of a recording in a dropped span counts as deleted")
  void skipsAGapOfARecording() {
    TestEngine.of(dropping(8))
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            >s same
            c> . 6:9(3) ack 1 "fgh"
            c> . 3:6(3) ack 1 "cde"
            c> . 9:13(4) ack 1 "ijkl"
            >s . 3:5(2) ack 1 "kl"
            s> . 1:1(0) ack 13
            >c . 1:1(0) ack 5
            """);
  }

  @Test
  @DisplayName("C-36 H-53 octets beyond a waiting FIN of a recording do not end a dropped span")
  void keepsAFinOfARecording() {
    TestEngine.of(dropping(8))
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            >s same
            c> F. 6:6(0) ack 1
            c> . 8:10(2) ack 1 "st"
            c> . 3:6(3) ack 1 "cde"
            >s F. 3:3(0) ack 1
            s> . 1:1(0) ack 7
            >c . 1:1(0) ack 4
            """);
  }

  @Test
  @DisplayName("HDP-11 H-53 octets of a dropped span pass unseen in monitor mode")
  void passesASpanInMonitorMode() {
    List<String> views = new ArrayList<>();
    Engine engine =
        TestEngine.inline(dropping(4).recording(views))
            .mode(Mode.MONITOR)
            .open(
                """
                c> . 1:5(4) ack 1 "abcd"
                >s same
                c> . 5:8(3) ack 1 "efg"
                >s same
                """);
    assertThat(views).containsExactly("abcd", "g");
    assertThat(engine.counters().edits()).isEqualTo(1);
  }

  @Test
  @DisplayName("C-67 H-53 octets of a connection that was picked up pass unseen")
  void passesASpanOfAPickedUpConnection() {
    Engine engine =
        TestEngine.inline(dropping(4))
            .midStream(MidStream.PICK_UP)
            .run(
                """
                c> . 1:5(4) ack 1 "abcd"
                >s same
                c> . 5:8(3) ack 1 "efg"
                >s same
                """);
    assertThat(engine.counters().of(Reason.NOT_APPLIED)).isEqualTo(1);
  }
}
