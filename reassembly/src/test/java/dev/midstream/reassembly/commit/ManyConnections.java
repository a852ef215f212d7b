package dev.midstream.reassembly.commit;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.script.CompleteScan;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Replicas;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;

/**
 * Many connections of one engine, told apart by the clients' ports. Records are committed, and the
 * time goes on, when a test says so. The agent replaces "Hello" by "Hi".
 */
final class ManyConnections {
  static final int MANY = 500;

  /** Connections for which one timer does something. */
  static final int MOST_AT_ONCE = 32;

  /** The server acknowledges the first edit. */
  static final String ANSWER = "s> . 1:1(0) ack 3\n>c . 1:1(0) ack 6\n";

  /** The octets of the second edit come. */
  static final String AGAIN = "c> P. 6:11(5) ack 1 \"Hello\"\n";

  /** The second edit leaves. */
  static final String LEAVES_AGAIN = ">s P. 3:5(2) ack 1 \"Hi\"\n";

  private static final int FIRST_PORT = 10_000;

  private final LateCommitsBox box;
  private final Script script;
  private final List<Integer> left = new ArrayList<>();
  private final PacketOutput out = packet -> left.add(packet.length());
  private long first;
  private long nanos;

  private ManyConnections(TestEngine engines, MemoryLog log) {
    box = new LateCommitsBox(engines, log, 0);
    script = new Script(box);
  }

  /** Connections with records in {@code mode}. */
  static ManyConnections of(CommitMode mode, NoCopy noCopy) {
    return new ManyConnections(engines(), new MemoryLog(mode, noCopy));
  }

  /** The same, which are parked after a time. */
  static ManyConnections parkedAfter(long parkNanos, CommitMode mode, NoCopy noCopy) {
    return new ManyConnections(engines().parkAfter(parkNanos), new MemoryLog(mode, noCopy));
  }

  private static TestEngine engines() {
    return TestEngine.inline(SimpleAgents.replacing("Hello", "Hi"));
  }

  /** The ends of a connection. */
  static Ends ends(int number) {
    return Ends.IPV4.withPorts(FIRST_PORT + number, 80);
  }

  Engine engine() {
    return box.engine();
  }

  MemoryLog log() {
    return box.log();
  }

  /** A script of one connection. */
  Script of(int number) {
    return script.between(ends(number));
  }

  /** A script of any connection. */
  Script script() {
    return script;
  }

  /** The lengths of the packets that left, but not by a script. */
  List<Integer> left() {
    return left;
  }

  /** Where such packets leave. */
  PacketOutput out() {
    return out;
  }

  long nanos() {
    return nanos;
  }

  void setNanos(long nanos) {
    this.nanos = nanos;
  }

  void runTimer() {
    engine().onTimer(nanos, out);
  }

  /** Sets the state of the log, and tells the engine at once. */
  void change(LogState state) {
    log().setState(state);
    first = log().appended() + 1;
    engine().onLogChanged(nanos, out);
  }

  /** Records since the last {@link #change}. */
  long written() {
    return log().appended() + 1 - first;
  }

  /** Commits all records. */
  void commit() {
    log().commitTo(log().appended());
    engine().onCommitted(nanos, out);
  }

  /** Connections that are in no committed record. */
  long unprotected() {
    return CompleteScan.of(engine().scanStatus(1), 0).unprotected();
  }

  /** What an engine has that keeps the records since the last {@link #change}. */
  Replica replica() {
    return Replicas.since(first, log());
  }
}
