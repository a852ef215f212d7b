package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import dev.midstream.testkit.segment.SegmentReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An engine dies, and another one goes on with its connections from their records. */
class InheritedConnectionsTest {
  private static final int SERVER_PORT = 80;
  private static final Ends OWED = Ends.IPV4.withPorts(40_000, SERVER_PORT);

  private Succession engines = new Succession(passing(), CommitMode.ON_CHANGE);
  private Script script = new Script(engines);

  private static TestEngine passing() {
    return TestEngine.inline(SimpleAgents.passing());
  }

  private void open(Agent<?> agent, String lines) {
    engines = new Succession(TestEngine.inline(agent), CommitMode.ON_CHANGE);
    script = new Script(engines);
    script.run(TestEngine.OPEN + lines);
  }

  @Test
  @DisplayName("C-70 HDP-17 another engine goes on with an edited connection at its next packet")
  void goesOnAtTheNextPacket() {
    open(
        SimpleAgents.replacing("Hello", "Hi"),
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s P. 1:3(2) ack 1 "Hi"
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 6
        """);
    engines.takeOver(0);
    assertThat(engines.engine().inheritedConnections()).isOne();
    script.run(
        """
        c> P. 6:11(5) ack 1 "Hello"
        >s P. 3:5(2) ack 1 "Hi"
        s> . 1:1(0) ack 5
        >c . 1:1(0) ack 11
        """);
    assertThat(engines.engine().inheritedConnections()).isZero();
    assertThat(engines.engine().counters().of(Reason.TAKEN_OVER)).isOne();
  }

  @Test
  @DisplayName(
      "C-70 HDP-17 with half a command in custody it goes on by its timer, and asks both ends")
  void goesOnByItsTimer() {
    open(
        LineAgents.passing(),
        """
        c> P. 1:5(4) ack 1 "QUIT"
        at 0.3s
        >c . 1:1(0) ack 5
        """);
    engines.takeOver(300_000_000L);
    script.run(
        """
        at 0.301s
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 5
        c> . 5:5(0) ack 1
        s> . 1:1(0) ack 1
        c> P. 5:6(1) ack 1 "\\n"
        >s P. 1:6(5) ack 1 "QUIT\\n"
        """);
  }

  @Test
  @DisplayName("HDP-17 a second engine that dies leaves what the first one wrote, and its own")
  void goesOnTwice() {
    open(
        SimpleAgents.replacing("Hello", "Hi"),
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s P. 1:3(2) ack 1 "Hi"
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 6
        """);
    engines.takeOver(0);
    script.run(
        """
        c> P. 6:11(5) ack 1 "Hello"
        >s P. 3:5(2) ack 1 "Hi"
        s> . 1:1(0) ack 5
        >c . 1:1(0) ack 11
        """);
    engines.takeOver(0);
    script.run(
        """
        c> P. 11:12(1) ack 1 "!"
        >s P. 5:6(1) ack 1 "!"
        s> . 1:1(0) ack 6
        >c . 1:1(0) ack 12
        """);
  }

  @Test
  @DisplayName("HDP-17 records that cannot be read are counted, and the engine goes on")
  void goesOnWithoutWhatItCannotRead() {
    open(SimpleAgents.passing(), "c> P. 1:6(5) ack 1 \"Hello\"\n>s same\n");
    Replica replica = new Replica();
    byte[] whole = engines.log().record(1);
    byte[] cut = Arrays.copyOf(whole, whole.length - 20);
    replica.apply(cut, 0);
    engines.goOnWith(replica, 0);
    script.run("at 0.1s\n");
    assertThat(engines.engine().inheritedConnections()).isZero();
    assertThat(engines.engine().counters().of(Reason.TAKEOVER_UNREADABLE)).isOne();
  }

  @Test
  @DisplayName("HDP-17 H-54 an end that closed after a FIN of the engine resets nothing")
  void absorbsTheResetOfAClosedEnd() {
    open(
        LambdaAgent.by((direction, view, out) -> {
          out.pass(view.length());
          if (direction == Direction.SERVER_TO_CLIENT) {
            out.finish(direction);
          }
        }),
        """
        s> P. 1:3(2) ack 1 "ab"
        >c F. 3:3(0) ack 1
        >c P. 1:3(2) ack 1 "ab"
        c> F. 1:1(0) ack 4
        >s F. 1:1(0) ack 3
        >s . 1:1(0) ack 3
        s> . 3:3(0) ack 2
        >c . 4:4(0) ack 2
        """);
    engines.takeOver(0);
    script.run(
        """
        s> P. 3:5(2) ack 2 "cd"
        >s . 2:2(0) ack 5
        c> R 2:2(0)
        s> F. 5:5(0) ack 2
        >s . 2:2(0) ack 6
        """);
  }

  @Test
  @DisplayName("HDP-17 H-54 a FIN comes again whose ACK was lost, and the other end is closed")
  void answersAFinThatWasAcknowledged() {
    open(
        LambdaAgent.by((direction, view, out) -> {
          out.pass(view.length());
          if (direction == Direction.CLIENT_TO_SERVER) {
            out.finish(direction);
          }
        }),
        """
        c> PF. 1:3(2) ack 1 "ab"
        >s F. 3:3(0) ack 1
        >s P. 1:3(2) ack 1 "ab"
        s> F. 1:1(0) ack 4
        >c F. 1:1(0) ack 4
        >c . 1:1(0) ack 4
        c> . 4:4(0) ack 2
        >s . 4:4(0) ack 2
        """);
    engines.takeOver(0);
    script.run("s> F. 1:1(0) ack 4\n>s . 4:4(0) ack 2 win 65534\n");
  }

  @Test
  @DisplayName(
      "HDP-17 H-42 old records tell how old the timestamps in them are, also the next time")
  void knowsTheAgeOfTimestamps() {
    engines = new Succession(TestEngine.inline(LineAgents.passing()), CommitMode.ON_CHANGE);
    script = new Script(engines);
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460,TS 1000000/0>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460,TS 5000000/1000000>
        >c same
        at 0.15s
        c> P. 1:5(4) ack 1 <TS 1150000/5000000> "QUIT"
        >s . 1:1(0) ack 1 <TS 1150000/5000000>
        at 0.5s
        >c . 1:1(0) ack 5 <TS 5000000/1150000>
        """);
    engines.takeOver(3_600_000_000_000L);
    script.run(
        """
        at 3601s
        >s . 0:0(0) ack 1 <TS -694946166/5000000>
        >c . 0:0(0) ack 5 <TS 5000000/1000000>
        """);
    engines.takeOver(7_200_000_000_000L);
    script.run(
        """
        at 7201s
        >s . 0:0(0) ack 1 <TS -1390792368/5000000>
        >c . 0:0(0) ack 5 <TS 5000000/1000000>
        """);
  }

  @Test
  @DisplayName("HDP-17 H-1 a segment for an end of which only the SYN is known echoes a timestamp")
  void echoesTheTimestampOfTheSynAck() {
    Agent<?> agent =
        LambdaAgent.by(
                (direction, view, out) -> {
                  if (view.length() > 0) {
                    out.replace(view.length(), Octets.empty());
                    out.reply(direction.opposite(), Octets.ofText("no"));
                  }
                })
            .exactly();
    engines = new Succession(TestEngine.inline(agent), CommitMode.ON_CHANGE);
    script = new Script(engines);
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460,TS 100/0>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460,TS 500/100>
        >c same
        """);
    engines.takeOver(0);
    script.run(
        """
        s> P. 1:5(4) ack 1 <TS 510/100> "STAT"
        >c . 0:0(0) ack 1
        >s P. 1:3(2) ack 5 <TS 100/510> "no"
        """);
    engines.takeOver(0);
    script.run(
        """
        s> . 5:5(0) ack 1 <TS 520/100>
        >s . 0:0(0) ack 5 win 65531 <TS 100/510>
        >c . 0:0(0) ack 1 <TS 510/100>
        """);
  }

  @Test
  @DisplayName(
      "HDP-17 H-42 a FIN of before the takeover counts: the ends may repeat theirs for long")
  void knowsTheFinOfBefore() {
    engines = new Succession(passing(), CommitMode.BEFORE_ACK);
    script = new Script(engines);
    script.run(
        TestEngine.OPEN
            + """
            c> F. 1:1(0) ack 1
            >s same
            s> . 1:1(0) ack 2
            >c same
            """);
    engines.takeOver(0);
    script.run(
        """
        s> . 1:1(0) ack 2
        >s F. 1:1(0) ack 1
        >c . 1:1(0) ack 2
        s> F. 1:1(0) ack 2
        >c same
        >c . 0:0(0) ack 2
        c> . 2:2(0) ack 2
        >s same
        at 200s
        s> F. 1:1(0) ack 2
        >c same
        """);
    assertThat(engines.engine().connections()).isOne();
  }

  @Test
  @DisplayName("HDP-17 connections to whose ends octets are owed go on first")
  void goesOnFirstWithWhatIsOwed() {
    TestEngine denying = TestEngine.inline(LineAgents.denying("STAT", "502 no\n"));
    engines = new Succession(denying, CommitMode.ON_CHANGE);
    script = new Script(engines);
    for (int port = 1; port <= 20; port++) {
      script.between(OWED.withPorts(port, SERVER_PORT)).run(TestEngine.OPEN);
    }
    script.between(OWED).run(TestEngine.OPEN);
    script.run("c> P. 1:6(5) ack 1 \"STAT\\n\"\n>c P. 1:8(7) ack 6 \"502 no\\n\"\n");
    engines.takeOver(script.nowNanos());
    List<Integer> asked = new ArrayList<>();
    SegmentReader segment = new SegmentReader();
    engines.onTimer(
        script.nowNanos(),
        packet -> {
          assertThat(segment.read(packet)).isTrue();
          asked.add(segment.sourcePort() + segment.destinationPort() - SERVER_PORT);
        });
    assertThat(engines.engine().inheritedConnections()).as("wait for their turn").isEqualTo(5);
    assertThat(asked.subList(0, 2)).containsOnly(OWED.clientPort());
  }
}
