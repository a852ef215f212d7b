package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A direction that an agent ends with a FIN of the engine. */
class FinishTest {
  @Test
  @DisplayName("H-54 a FIN of the engine follows the reply, and both ends close")
  void finishesAfterAReply() {
    EndedStreams.denied(
        """
        s> . 1:1(0) ack 2
        >c . 4:4(0) ack 2
        c> . 2:2(0) ack 4
        c> F. 2:2(0) ack 4
        >s F. 2:2(0) ack 1
        s> F. 1:1(0) ack 3
        >c . 4:4(0) ack 3
        >s . 3:3(0) ack 2
        """);
  }

  @Test
  @DisplayName("H-54 what the sender says after the FIN is deleted and acknowledged")
  void deletesWhatFollows() {
    EndedStreams.denied(
        """
        c> . 2:2(0) ack 4
        s> P. 1:6(5) ack 2 "hello"
        >c . 4:4(0) ack 2
        >s . 2:2(0) ack 6
        s> P. 6:9(3) ack 2 "abc"
        >s . 2:2(0) ack 9
        s> P. 6:9(3) ack 2 "abc"
        >s . 2:2(0) ack 9 <sack 6:9>
        s> F. 9:9(0) ack 2
        >s . 2:2(0) ack 10
        s> F. 9:9(0) ack 2
        >s . 2:2(0) ack 10
        c> F. 2:2(0) ack 4
        >s F. 2:2(0) ack 10
        s> . 10:10(0) ack 3
        >c . 4:4(0) ack 3
        """);
  }

  @Test
  @DisplayName("H-54 the other direction goes on after a direction is finished")
  void leavesTheOtherDirectionOpen() {
    EndedStreams.cut(
        """
        s> P. 1:3(2) ack 5 "hi"
        >c P. 1:3(2) ack 4 "hi"
        c> P. 4:7(3) ack 3 "efg"
        >s . 5:5(0) ack 3
        >c . 3:3(0) ack 7
        s> P. 3:5(2) ack 5 "ho"
        >c P. 3:5(2) ack 7 "ho"
        at 30s
        c> . 7:7(0) ack 5
        >s . 5:5(0) ack 5
        s> F. 5:5(0) ack 5
        >c F. 5:5(0) ack 7
        c> F. 7:7(0) ack 6
        >s . 5:5(0) ack 6
        >c . 6:6(0) ack 8
        """);
  }

  @Test
  @DisplayName("H-54 octets that are held when a direction is finished are deleted")
  void cutsTheSendersOwnStream() {
    TestEngine.inline(FinishingAgents.cutting())
        .open(
            """
            c> P. 1:6(5) ack 1 "abXcd"
            >s FP. 1:4(3) ack 1 "abX"
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 6
            c> P. 6:9(3) ack 1 "efg"
            >c . 1:1(0) ack 9
            c> F. 9:9(0) ack 1
            >c . 1:1(0) ack 10
            s> F. 1:1(0) ack 5
            >c F. 1:1(0) ack 10
            c> . 10:10(0) ack 2
            >s . 5:5(0) ack 2
            """);
  }

  @Test
  @DisplayName("H-19 H-54 a lost FIN of the engine is sent again until it is acknowledged")
  void retransmitsTheFin() {
    Engine engine =
        EndedStreams.cut(
            """
            at 0.5s
            nothing
            c> P. 1:4(3) ack 1 "abX"
            >s FP. 1:4(3) ack 1 "abX"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 4
            at 1.6s
            >s F. 4:4(0) ack 1
            at 3.6s
            >s F. 4:4(0) ack 1
            s> . 1:1(0) ack 5
            at 60s
            nothing
            """);
    assertThat(engine.counters().of(Reason.CUSTODY_REPEATED)).isEqualTo(2);
  }

  @Test
  @DisplayName("H-54 an acknowledgement of the engine's FIN acknowledges no FIN of the sender")
  void acknowledgesNoFinThatWasNotSent() {
    EndedStreams.cut(
        """
        s> P. 1:3(2) ack 5 "hi"
        >c P. 1:3(2) ack 4 "hi"
        c> F. 4:4(0) ack 3
        >s . 5:5(0) ack 3
        >c . 3:3(0) ack 5
        """);
  }

  @Test
  @DisplayName("H-54 the FINs of the engine and of the sender cross, and have one place")
  void closesAtTheSameTime() {
    EndedStreams.denied(
        """
        s> F. 1:1(0) ack 2
        >c . 4:4(0) ack 2
        c> F. 2:2(0) ack 4
        >s F. 2:2(0) ack 2
        s> . 2:2(0) ack 3
        >c . 4:4(0) ack 3
        """);
  }

  @Test
  @DisplayName("H-54 a FIN that the sender sent before is the end, and waits for what is decided")
  void endsAtTheSendersOwnFin() {
    TestEngine.inline(FinishingAgents.cutting())
        .open(
            """
            c> FP. 1:6(5) ack 1 "abXcd"
            >s FP. 1:4(3) ack 1 "abX"
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 7
            """);
  }

  @Test
  @DisplayName("H-54 a closed window keeps the FIN behind the output that waits for it")
  void waitsForTheWindow() {
    TestEngine.inline(FinishingAgents.denying())
        .run(
            Opening.of("win 1 <mss 1460>", "<mss 1460>", "win 1")
                + """
                c> P. 1:2(1) ack 1 win 1 "X"
                >s same
                >c . 1:2(1) ack 1 "n"
                c> . 2:2(0) ack 2 win 0
                s> P. 1:3(2) ack 2 "zz"
                >c . 2:2(0) ack 2
                c> . 2:2(0) ack 2 win 10
                >s . 2:2(0) ack 1 win 10
                >c FP. 2:3(1) ack 2 "o"
                c> . 2:2(0) ack 4 win 10
                >s . 2:2(0) ack 3 win 10
                """);
  }

  @Test
  @DisplayName(
      "H-54 H-3 a FIN that leaves for the first time does not leave again in the same call")
  void sendsTheFinOnce() {
    TestEngine.inline(FinishingAgents.growing())
        .open(
            """
            c> P. 1:2(1) ack 1 "M"
            >s P. 1:3(2) ack 1 "iM"
            at 1s
            >s P. 1:2(1) ack 1 "i"
            s> P. 1:3(2) ack 2 "zz"
            >c P. 1:3(2) ack 1 "zz"
            >s F. 3:3(0) ack 1
            >c R. 1:1(0) ack 1
            >c R. 3:3(0) ack 1
            >s P. 2:3(1) ack 1 "M"
            >s . 4:4(0) ack 3
            """);
  }

  @Test
  @DisplayName("H-54 a RST of either end ends the connection")
  void passesResets() {
    EndedStreams.denied(
        """
        c> . 2:2(0) ack 4
        c> R. 2:2(0) ack 4
        >s R. 1:1(0) ack 1
        >s R. 2:2(0) ack 1
        s> P. 1:3(2) ack 2 "zz"
        >s R 2:2(0)
        """);
    EndedStreams.denied(
        """
        s> R. 1:1(0) ack 2
        >c R. 1:1(0) ack 2
        >c R. 4:4(0) ack 2
        """);
  }

  @Test
  @DisplayName("H-54 no agent is called for a direction that is finished, and no reply applies")
  void callsNoAgentAgain() {
    List<String> views = new ArrayList<>();
    Engine engine =
        TestEngine.inline(FinishingAgents.denying().recording(views))
            .open(
                """
                c> P. 1:2(1) ack 1 "X"
                >s same
                >c FP. 1:3(2) ack 1 "no"
                c> . 2:2(0) ack 4
                s> P. 1:3(2) ack 2 "zz"
                >c . 4:4(0) ack 2
                >s . 2:2(0) ack 3
                c> P. 2:3(1) ack 4 "X"
                >s P. 2:3(1) ack 3 "X"
                """);
    assertThat(views).containsExactly("X", "X");
    assertThat(engine.counters().of(Reason.NOT_APPLIED)).isEqualTo(2);
  }

  @Test
  @DisplayName("H-54 in a recording the sender's own FIN is the end")
  void makesNoFinInARecording() {
    TestEngine.of(FinishingAgents.cutting())
        .open(
            """
            c> P. 1:6(5) ack 1 "abXcd"
            >s P. 1:4(3) ack 1 "abX"
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 4
            c> F. 6:6(0) ack 1
            >s F. 4:4(0) ack 1
            s> . 1:1(0) ack 7
            >c . 1:1(0) ack 5
            """);
  }

  @Test
  @DisplayName("HDP-11 H-54 in monitor mode the rest passes unseen")
  void passesTheRestInMonitorMode() {
    List<String> views = new ArrayList<>();
    TestEngine.inline(FinishingAgents.cutting().recording(views))
        .mode(Mode.MONITOR)
        .open(
            """
            c> P. 1:6(5) ack 1 "abXcd"
            >s same
            c> P. 6:9(3) ack 1 "efg"
            >s same
            """);
    assertThat(views).containsExactly("abXcd");
  }

  @Test
  @DisplayName("C-67 H-54 a connection that was picked up is not finished")
  void finishesNoPickedUpConnection() {
    Engine engine =
        TestEngine.inline(FinishingAgents.denying())
            .midStream(MidStream.PICK_UP)
            .run(
                """
                c> P. 1:2(1) ack 1 "X"
                >s same
                s> P. 1:3(2) ack 2 "ok"
                >c same
                """);
    assertThat(engine.counters().of(Reason.NOT_APPLIED)).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "H-30 H-54 after a FIN into a closed window ACKs have a number that the window takes")
  void acknowledgesBelowAFinWithoutRoom() {
    TestEngine.inline(FinishingAgents.finishingOther())
        .run(
            Opening.of("win 3 <mss 1460>", "<mss 1460>", "win 3")
                + """
                s> P. 1:4(3) ack 1 "abc"
                >c same
                c> P. 1:2(1) ack 4 win 0 "X"
                >s same
                >c F. 4:4(0) ack 1
                >s . 2:2(0) ack 4 win 3
                s> . 4:4(0) ack 2
                >c . 4:4(0) ack 2
                c> P. 2:4(2) ack 4 win 0 "yz"
                >s P. 2:4(2) ack 4 "yz"
                s> . 4:4(0) ack 4
                >c . 4:4(0) ack 4
                c> . 4:4(0) ack 5 win 3
                nothing
                c> P. 4:5(1) ack 5 win 3 "a"
                >s P. 4:5(1) ack 4 win 3 "a"
                s> . 4:4(0) ack 5
                >c . 5:5(0) ack 5
                """);
  }
}
