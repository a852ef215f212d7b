package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An engine dies, and another one goes on with its connections from their records. */
class InheritedConnectionsTest {
  private MemoryLog log = new MemoryLog(CommitMode.ON_CHANGE);
  private Agent<?> agent = SimpleAgents.passing();
  private Engine engine = newEngine();
  private final Script script = new Script(new Present());

  /** The engine that is alive. */
  private final class Present implements Box {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      Disposition disposition = engine.onPacket(packet, nowNanos, out);
      commit(nowNanos, out);
      return disposition;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      engine.onTimer(nowNanos, out);
      commit(nowNanos, out);
    }

    private void commit(long nowNanos, PacketOutput out) {
      log.commitTo(log.appended());
      engine.onCommitted(nowNanos, out);
    }

    @Override
    public long nextDeadlineNanos() {
      return engine.nextDeadlineNanos();
    }
  }

  private Engine newEngine() {
    return TestEngine.inline(agent).log(log).engine();
  }

  private void open(Agent<?> by, String lines) {
    agent = by;
    log = new MemoryLog(CommitMode.ON_CHANGE);
    engine = newEngine();
    script.run(TestEngine.OPEN + lines);
  }

  /** Another engine goes on with the first {@code records} records, at {@code nanos}. */
  private void takeOver(long records, long nanos) {
    Replica replica = new Replica();
    for (long number = 1; number <= records; number++) {
      replica.apply(log.record(number));
    }
    log = new MemoryLog(CommitMode.ON_CHANGE);
    engine = newEngine();
    engine.inherit(replica, nanos);
  }

  private void takeOver() {
    takeOver(log.appended(), 0);
  }

  @Test
  @DisplayName("HDP-17 another engine goes on with an edited connection at its next packet")
  void goesOnAtTheNextPacket() {
    open(
        SimpleAgents.replacing("Hello", "Hi"),
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s P. 1:3(2) ack 1 "Hi"
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 6
        """);
    takeOver();
    assertThat(engine.inheritedConnections()).isOne();
    script.run(
        """
        c> P. 6:11(5) ack 1 "Hello"
        >s P. 3:5(2) ack 1 "Hi"
        s> . 1:1(0) ack 5
        >c . 1:1(0) ack 11
        """);
    assertThat(engine.inheritedConnections()).isZero();
    assertThat(engine.counters().of(Reason.TAKEN_OVER)).isOne();
  }

  @Test
  @DisplayName("HDP-17 without a packet it goes on by its timer, and asks both ends where it owes")
  void goesOnByItsTimer() {
    open(
        LineAgents.passing(),
        """
        c> P. 1:5(4) ack 1 "QUIT"
        at 0.3s
        >c . 1:1(0) ack 5
        """);
    takeOver(log.appended(), 300_000_000L);
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
    takeOver();
    script.run(
        """
        c> P. 6:11(5) ack 1 "Hello"
        >s P. 3:5(2) ack 1 "Hi"
        s> . 1:1(0) ack 5
        >c . 1:1(0) ack 11
        """);
    takeOver();
    script.run(
        """
        c> P. 11:12(1) ack 1 "!"
        >s P. 5:6(1) ack 1 "!"
        s> . 1:1(0) ack 6
        >c . 1:1(0) ack 12
        """);
  }

  @Test
  @DisplayName(
      "HDP-17 a SYN-ACK to a SYN that only the dead engine saw is dropped: both come again")
  void letsTheOpeningComeAgain() {
    script.run("c> S 0:0(0) win 65535 <mss 1460>\n>s same\n");
    takeOver();
    script.run(
        """
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        at 1s
        c> S 0:0(0) win 65535 <mss 1460>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >c same
        c> . 1:1(0) ack 1
        >s same
        """);
  }

  @Test
  @DisplayName(
      "HDP-17 H-48 a SYN-ACK goes on when the other end, which opened too, repeats its own")
  void goesOnWithASimultaneousOpening() {
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460>
        >s same
        s> S 0:0(0) win 65535 <mss 1460>
        >c same
        """);
    takeOver(0, 0);
    script.run(
        """
        c> S. 0:0(0) ack 1 win 65535 <mss 1460>
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >c same
        c> . 1:1(0) ack 1
        >s same
        at 1s
        c> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >s same
        s> . 1:1(0) ack 1
        >c same
        """);
  }

  @Test
  @DisplayName("HDP-17 records that cannot be read are counted, and the engine goes on")
  void goesOnWithoutWhatItCannotRead() {
    open(SimpleAgents.passing(), "c> P. 1:6(5) ack 1 \"Hello\"\n>s same\n");
    Replica replica = new Replica();
    byte[] whole = log.record(1);
    byte[] cut = Arrays.copyOf(whole, whole.length - 20);
    replica.apply(cut);
    log = new MemoryLog(CommitMode.ON_CHANGE);
    engine = newEngine();
    engine.inherit(replica, 0);
    script.run("at 0.1s\n");
    assertThat(engine.inheritedConnections()).isZero();
    assertThat(engine.counters().of(Reason.TAKEOVER_UNREADABLE)).isOne();
  }
}
