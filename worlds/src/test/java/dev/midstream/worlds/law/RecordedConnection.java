package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.plan.WorldText;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.function.Consumer;

/** A connection of an engine whose records are committed as they are written, and checks of it. */
final class RecordedConnection {
  private static final int SYN_ACK = TcpFlags.SYN | TcpFlags.ACK;
  private static final long PARK_NANOS = 1_000_000_000L;

  /** So many checks look at each connection, whether it seems to have changed or not. */
  private static final int CHECKS = 8;

  private final MemoryLog log = new MemoryLog(CommitMode.STRICT);
  private final LosingLog losing = new LosingLog(log);
  private final Engine engine;
  private final ReplicaChecks checks;
  private long nanos;

  /** A connection that {@code agent} decides, in the engine of a world with {@code text}. */
  RecordedConnection(Agent<?> agent, String text) {
    engine =
        WorldText.read("seed=7 engine.parkNanos=" + PARK_NANOS + " " + text)
            .engine()
            .engine(agent, new UnpooledByteBufAllocator(true, true), losing);
    checks = new ReplicaChecks(() -> engine, log);
  }

  void fromClient(int flags, long sequence, long acknowledgement, String text) {
    arrive(
        CommitChecksTest.packet(
            Direction.CLIENT_TO_SERVER, flags, sequence, acknowledgement, text));
  }

  void fromClient(long sequence, String text) {
    fromClient(TcpFlags.ACK, sequence, 1, text);
  }

  void fromServer(int flags, long sequence, long acknowledgement, String text) {
    arrive(
        CommitChecksTest.packet(
            Direction.SERVER_TO_CLIENT, flags, sequence, acknowledgement, text));
  }

  void fromServer(long sequence, long acknowledgement) {
    fromServer(TcpFlags.ACK, sequence, acknowledgement, "");
  }

  private void arrive(Packet packet) {
    engine.onPacket(packet, nanos, sent -> {});
    engine.onCommitted(nanos, sent -> {});
  }

  /** The ends open the connection. */
  RecordedConnection open() {
    fromClient(TcpFlags.SYN, 0, 0, "");
    fromServer(SYN_ACK, 0, 1, "");
    fromClient(1, "");
    checks.check(nanos);
    return this;
  }

  /** The timers run for {@code waitNanos}. */
  void await(long waitNanos) {
    long end = nanos + waitNanos;
    while (engine.nextDeadlineNanos() <= end) {
      nanos = Math.max(nanos, engine.nextDeadlineNanos());
      engine.onTimer(nanos, sent -> {});
      engine.onCommitted(nanos, sent -> {});
    }
    nanos = end;
  }

  void park() {
    nanos += 2 * PARK_NANOS;
    engine.onTimer(nanos, sent -> {});
    engine.forEachConnection(each -> assertThat(each).isNull());
  }

  /** Loses all records from now on. */
  void loseRecords() {
    losing.lose();
  }

  /** Changes the connection, or looks at it. No record tells what is changed. */
  void change(Consumer<Connection> change) {
    engine.forEachConnection(change);
  }

  void assertHolds() {
    assertThatCode(this::check).doesNotThrowAnyException();
  }

  void assertBroken(String text) {
    assertThatThrownBy(this::check).isInstanceOf(LawBroken.class).hasMessageContaining(text);
  }

  private void check() {
    for (int i = 0; i < CHECKS; i++) {
      checks.check(nanos);
    }
  }

  /** Compares the connection with all records, as if for the first time. */
  void checkAnew() {
    new ReplicaChecks(() -> engine, log).check(nanos);
  }
}
