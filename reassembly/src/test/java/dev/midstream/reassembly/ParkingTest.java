package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.status.EngineStatus;
import dev.midstream.reassembly.status.StatusScan;
import dev.midstream.reassembly.status.StreamStatus;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Connections at rest are kept as octets, and go on as if they had not been. */
class ParkingTest {
  /** An edit that the receiver acknowledged. */
  private static final String EDITED =
      """
      c> P. 1:6(5) ack 1 "Hello"
      >s P. 1:3(2) ack 1 "Hi"
      s> . 1:1(0) ack 3
      >c . 1:1(0) ack 6
      """;

  private static final String PARKS = "at 10s\nnothing\n";

  /** The next edit. */
  private static final String GOES_ON =
      """
      c> P. 6:12(6) ack 1 "Hello!"
      >s P. 3:6(3) ack 1 "Hi!"
      s> . 1:1(0) ack 6
      >c . 1:1(0) ack 12
      """;

  private final Engine engine = TestEngine.inline("Hello", "Hi").engine();
  private final Script script = Scripts.of(engine);

  private static int parked(Engine engine) {
    List<String> names = new ArrayList<>();
    engine.forEachParked(connection -> names.add(connection.name()));
    return names.size();
  }

  private static EngineStatus status(Engine engine, long nowNanos) {
    StatusScan scan = engine.scanStatus(10);
    while (scan.step(nowNanos)) {
      // Each step does a part.
    }
    return scan.result();
  }

  @Test
  @DisplayName("HDP-17 an edited connection is parked after its silence, and goes on with an edit")
  void goesOnWithAnEditedConnection() {
    script.run(TestEngine.OPEN + EDITED + "at 1.9s\nnothing\n");
    assertThat(parked(engine)).isZero();

    script.run("at 2.5s\nnothing\n");
    assertThat(parked(engine)).isOne();
    assertThat(engine.connections()).isOne();
    assertThat(engine.budget().usedBytes()).isZero();

    script.run(GOES_ON);
    assertThat(parked(engine)).isZero();
    assertThat(engine.connections()).isOne();
  }

  @Test
  @DisplayName("HDP-17 what is retransmitted late is mapped by a connection that was parked")
  void mapsLateSegments() {
    script.run(TestEngine.OPEN + EDITED + PARKS);
    assertThat(parked(engine)).isOne();
    script.run(
        """
        c> P. 1:6(5) ack 1 "Hello"
        >c . 1:1(0) ack 6 <sack 1:6>
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 6
        """);
  }

  @Test
  @DisplayName("HDP-17 the state of an agent is kept by its codec")
  void keepsTheStateOfTheAgent() {
    LambdaAgent counting =
        LambdaAgent.withState((state, direction, view, out) -> {
          out.replace(view.length(), Octets.ofText(Integer.toString(state + 1)));
          return state + 1;
        });
    Engine counted = TestEngine.inline(counting).engine();
    Script talk = Scripts.of(counted);
    talk.run(
        TestEngine.OPEN
            + """
            c> P. 1:2(1) ack 1 "a"
            >s P. 1:2(1) ack 1 "1"
            s> . 1:1(0) ack 2
            >c same
            """
            + PARKS);
    assertThat(parked(counted)).isOne();
    talk.run("c> P. 2:3(1) ack 1 \"b\"\n>s P. 2:3(1) ack 1 \"2\"\n");
    assertThat(parked(counted)).isZero();
  }

  @Test
  @DisplayName(
      "HDP-17 octets that are held or not acknowledged keep a connection from being parked")
  void keepsConnectionsThatKeepOctets() {
    Engine holding = TestEngine.inline(LambdaAgent.by((direction, view, out) -> {})).engine();
    Scripts.of(holding).run(TestEngine.OPEN + "c> . 1:4(3) ack 1 \"abc\"\n");
    holding.onTimer(5_000_000_000L, packet -> {});
    assertThat(parked(holding)).isZero();

    Engine waiting = TestEngine.inline(SimpleAgents.passing()).engine();
    Scripts.of(waiting)
        .run(
            TestEngine.OPEN
                + """
                c> . 1:4(3) ack 1 "abc"
                >s same
                at 10s
                nothing
                """);
    assertThat(parked(waiting)).isZero();
  }

  @Test
  @DisplayName("HDP-17 half-open and unassured connections are not parked")
  void keepsHalfOpenConnections() {
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >c same
        at 10s
        nothing
        """);
    assertThat(parked(engine)).isZero();
  }

  @Test
  @DisplayName("H-42 a parked connection with an offset is probed after its time")
  void probesWhenItsTimeIsOver() {
    script.run(TestEngine.OPEN + EDITED + PARKS);
    script.run(
        """
        at 7440.000s
        >s . 2:2(0) ack 1
        >c . 0:0(0) ack 6
        s> . 1:1(0) ack 3
        c> . 6:6(0) ack 1
        """);
    assertThat(engine.counters().of(Reason.IDLE_PROBED)).isOne();
    script.run("at 7450s\nnothing");
    assertThat(parked(engine)).isOne();
  }

  @Test
  @DisplayName("HDP-17 a parked connection without an offset is forgotten after its time")
  void forgetsWhenItsTimeIsOver() {
    script.run(TestEngine.OPEN + PARKS);
    assertThat(parked(engine)).isOne();
    script.run("at 7441s\nnothing");
    assertThat(engine.connections()).isZero();
    assertThat(engine.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @DisplayName("HDP-17 a connection in time-wait is parked; late segments are answered")
  void parksAFinishedConnection() {
    script.run(TestEngine.OPEN + EDITED);
    script.run(
        """
        c> F. 6:6(0) ack 1
        >s F. 3:3(0) ack 1
        s> F. 1:1(0) ack 4
        >c F. 1:1(0) ack 7
        c> . 7:7(0) ack 2
        >s . 4:4(0) ack 2
        at 10s
        nothing
        """);
    assertThat(parked(engine)).isOne();
    assertThat(status(engine, 0).states()).isEqualTo(Map.of(ConnectionState.CLOSING, 1L));

    script.run(
        """
        s> F. 1:1(0) ack 4
        >c F. 1:1(0) ack 7
        at 300s
        nothing
        """);
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("HDP-17 untouched connections are parked, and pass after it")
  void parksUntouchedConnections() {
    Engine untouched = TestEngine.inline("Hello", "Hi").serverPort(25).engine();
    Script talk = Scripts.of(untouched);
    talk.run(TestEngine.OPEN + "at 21s\nnothing\n"); // not before the time of its opening
    assertThat(parked(untouched)).isOne();
    talk.run("c> . 1:6(5) ack 1 \"Hello\"\n>s same\n");
    assertThat(untouched.connections()).isOne();
    assertThat(parked(untouched)).isZero();
    assertThat(status(untouched, 0).handlings()).isEqualTo(Map.of(Handling.UNTOUCHED, 1L));
  }

  @Test
  @DisplayName("HDP-17 refused connections are parked, and stay refused")
  void parksRefusedConnections() {
    LambdaAgent resetting = LambdaAgent.onClient((view, out) -> out.reset("too large"));
    Engine refusing = TestEngine.inline(resetting).engine();
    Script talk = Scripts.of(refusing);
    talk.run(
        TestEngine.OPEN
            + """
            c> P. 1:2(1) ack 1 "X"
            >s R. 1:1(0) ack 1
            >c R. 1:1(0) ack 1
            at 10s
            nothing
            """);
    assertThat(parked(refusing)).isOne();
    talk.run("c> P. 1:2(1) ack 1 \"X\"\n>c R 1:1(0)\n");
    assertThat(refusing.connections()).isOne();
    assertThat(status(refusing, 0).handlings()).isEqualTo(Map.of(Handling.REJECTED, 1L));
  }

  @Test
  @DisplayName("OWN-3 parked connections are counted and shown")
  void showsParkedConnections() {
    script.run(TestEngine.OPEN + EDITED + PARKS);

    EngineStatus status = status(engine, 10_000_000_000L);

    assertThat(status.connections()).isOne();
    assertThat(status.states()).isEqualTo(Map.of(ConnectionState.ESTABLISHED, 1L));
    assertThat(status.handlings()).isEqualTo(Map.of(Handling.EDITED, 1L));
    assertThat(status.recent()).hasSize(1);
    assertThat(status.recent().getFirst().silentNanos()).isEqualTo(10_000_000_000L);
    assertThat(status.recent().getFirst().clientToServer())
        .extracting(StreamStatus::shift)
        .isEqualTo(-3L);
    assertThat(parked(engine)).as("still").isOne();
  }

  @Test
  @DisplayName("OWN-3 the reasons of a parked connection are shown, and counted on when it goes on")
  void keepsTheReasonsOfTheConnection() {
    String repeats =
        """
        c> P. 1:6(5) ack 1 "Hello"
        >c . 1:1(0) ack 6 <sack 1:6>
        """;
    Script unmoved = new Script(engine);
    unmoved.run(TestEngine.OPEN + EDITED + repeats + PARKS);
    assertThat(parked(engine)).isOne();
    assertThat(reasons()).isEqualTo(Map.of("below-window", 1L, "ack-made", 1L));

    unmoved.run(repeats);
    assertThat(parked(engine)).isZero();
    assertThat(reasons()).isEqualTo(Map.of("below-window", 2L, "ack-made", 2L));
  }

  private Map<String, Long> reasons() {
    return status(engine, 0).recent().getFirst().reasons();
  }

  @Test
  @DisplayName("HDP-17 what the box removes from a parked connection's numbers: the end resets it")
  void resetsParkedConnectionsAtTheEnd() {
    script.run(TestEngine.OPEN + EDITED + PARKS);
    List<String> sent = new ArrayList<>();
    engine.leave(10_000_000_000L, packet -> sent.add(packet.leg().name()));
    assertThat(sent).as("a reset for each end").hasSize(2);
    assertThat(engine.counters().of(Reason.BOX_ENDS)).isOne();
  }

  @Test
  @DisplayName("H-39 if all connections are given up, parked edited ones are reset too")
  void givesUpParkedConnections() {
    script.run(TestEngine.OPEN + EDITED + PARKS);
    List<String> sent = new ArrayList<>();
    engine.giveUpAll("test", 10_000_000_000L, packet -> sent.add(packet.leg().name()));
    assertThat(sent).hasSize(2);
    assertThat(engine.connections()).isZero();
    assertThat(parked(engine)).isZero();
  }

  @Test
  @DisplayName("H-24 a SYN with the ends of a parked connection opens another one")
  void opensAnewOverAParkedConnection() {
    script.run(TestEngine.OPEN + EDITED + PARKS);
    script.run(
        """
        c> S 100000:100000(0) win 65535 <mss 1460,sackOK,wscale 0>
        >s S 100000:100000(0) win 65535 <mss 1460,sackOK,wscale 0>
        """);
    assertThat(engine.connections()).isOne();
  }

  @Test
  @DisplayName("C-66 a connection at rest is parked for one that goes on, if the heap is full")
  void parksBeforeItsTimeForOthers() {
    Engine small = TestEngine.inline("Hello", "Hi").limits(room(128)).engine();
    Script many = Scripts.of(small);
    for (int port = 1; port <= 200; port++) {
      many.between(Ends.IPV4.withPorts(port, 80)).run(TestEngine.OPEN);
    }
    assertThat(small.connections()).isEqualTo(200);
    assertThat(parked(small)).isPositive();
    for (int port = 200; port >= 1; port--) {
      many.between(Ends.IPV4.withPorts(port, 80)).run(EDITED);
      many.run("at %d.5s\nnothing\n".formatted(200 - port));
    }
    assertThat(small.connections()).isEqualTo(200);
    assertThat(small.counters().of(Reason.CONNECTION_LIMIT)).isZero();
  }

  @Test
  @DisplayName("C-66 parked connections that are over give way when the table is full")
  void evictsParkedConnectionsThatAreOver() {
    EngineLimits limits = EngineLimits.DEFAULTS.withConnections(3);
    Engine small = TestEngine.inline("Hello", "Hi").limits(limits).engine();
    Script many = Scripts.of(small);
    for (int port = 1; port <= 3; port++) {
      many.between(Ends.IPV4.withPorts(port, 80)).run(TestEngine.CLOSED);
    }
    many.run("at 31s\n");
    assertThat(parked(small)).isEqualTo(3);
    for (int port = 4; port <= 6; port++) {
      many.between(Ends.IPV4.withPorts(port, 80)).run(TestEngine.OPEN + EDITED);
    }
    assertThat(small.connections()).isEqualTo(3);
    assertThat(small.counters().of(Reason.CONNECTION_LIMIT)).isZero();
  }

  @Test
  @DisplayName("C-66 a segment of a parked connection that finds no room is dropped, and repeated")
  void dropsWithoutRoom() {
    Engine small = TestEngine.inline("Hello", "Hi").limits(room(128)).engine();
    Script many = Scripts.of(small);
    many.between(Ends.IPV4.withPorts(1, 80)).run(TestEngine.OPEN + EDITED + PARKS);
    List<Connection> busy = new ArrayList<>();
    for (int port = 2; busy.size() == port - 2; port++) {
      // Octets that their receiver does not acknowledge.
      many.between(Ends.IPV4.withPorts(port, 80)).run(TestEngine.OPEN);
      many.run("c> . 1:2(1) ack 1 \"x\"\n>s same\n");
      busy.clear();
      small.forEachConnection(busy::add);
      busy.removeIf(each -> each.stream(Direction.CLIENT_TO_SERVER).newEnd() == 0);
    }
    many.between(Ends.IPV4.withPorts(1, 80)).run("c> P. 6:12(6) ack 1 \"Hello!\"\nnothing\n");
    assertThat(small.counters().of(Reason.CONNECTION_LIMIT)).isPositive();
  }

  private static EngineLimits room(int inspected) {
    long bytes = (long) inspected * ConnectionHeap.INSPECTED_BYTES;
    return EngineLimits.DEFAULTS.withConnectionBytes(bytes + (bytes + 2) / 3);
  }

  @Test
  @DisplayName("HDP-17 H-41 a FIN of a low hop limit from before keeps no octets from being read")
  void goesOnAfterAFinFromBefore() {
    script.run(TestEngine.OPEN + EDITED + "c> F. -5:-5(0) ack 1 ttl 2\nnothing\n" + PARKS);
    assertThat(parked(engine)).isOne();
    script.run(GOES_ON);
    assertThat(engine.connections()).isOne();
  }
}
