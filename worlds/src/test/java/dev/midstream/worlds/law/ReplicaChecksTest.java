package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handshake;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.plan.WorldText;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Law 9 is asked of records that do not tell all of a connection. */
class ReplicaChecksTest {
  private static final int SYN_ACK = TcpFlags.SYN | TcpFlags.ACK;
  private static final long PARK_NANOS = 1_000_000_000L;

  /** So many checks look at each connection, whether it seems to have changed or not. */
  private static final int CHECKS = 8;

  private final MemoryLog log = new MemoryLog(CommitMode.STRICT);
  private final Losing losing = new Losing(log);
  private final Engine engine =
      WorldText.read("seed=7 engine.parkNanos=" + PARK_NANOS)
          .engine()
          .engine(SimpleAgents.passing(), new UnpooledByteBufAllocator(true, true), losing);
  private final ReplicaChecks checks = new ReplicaChecks(engine, log);
  private long nanos;

  /** Loses the records of an engine, which are committed as soon as they are written. */
  private static final class Losing implements CommitLog {
    private final MemoryLog log;
    private long lost;
    private boolean isLosing;

    Losing(MemoryLog log) {
      this.log = log;
    }

    @Override
    public CommitMode mode() {
      return log.mode();
    }

    @Override
    public long append(StateWriter record) {
      if (isLosing) {
        lost++;
      } else {
        log.append(record);
      }
      return log.appended() + lost;
    }

    @Override
    public long committed() {
      return log.appended() + lost;
    }
  }

  private void arrive(Packet packet) {
    engine.onPacket(packet, nanos, sent -> {});
    engine.onCommitted(nanos, sent -> {});
  }

  private void fromClient(int flags, long sequence, String text) {
    arrive(CommitChecksTest.packet(Direction.CLIENT_TO_SERVER, flags, sequence, 1, text));
  }

  private void fromServer(int flags, long sequence, long acknowledgement) {
    arrive(
        CommitChecksTest.packet(Direction.SERVER_TO_CLIENT, flags, sequence, acknowledgement, ""));
  }

  private void open() {
    arrive(CommitChecksTest.packet(Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 0, 0, ""));
    fromServer(SYN_ACK, 0, 1);
    fromClient(TcpFlags.ACK, 1, "");
    checks.check(nanos);
  }

  private void park() {
    nanos += 2 * PARK_NANOS;
    engine.onTimer(nanos, sent -> {});
    engine.forEachConnection(each -> assertThat(each).isNull());
  }

  private void assertBroken(String text) {
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < CHECKS; i++) {
                checks.check(nanos);
              }
            })
        .isInstanceOf(LawBroken.class)
        .hasMessageContaining(text);
  }

  /** Changes the connection, and no record tells it. */
  private void change(Consumer<Connection> change) {
    engine.forEachConnection(change);
  }

  @Test
  @DisplayName("a parked connection of which the records tell too little")
  void seesParkedConnections() {
    open();
    losing.isLosing = true;
    fromClient(TcpFlags.ACK, 1, "lost");
    fromServer(TcpFlags.ACK, 1, 5);
    park();
    assertBroken("D in records: 0 for 4");
  }

  @Test
  @DisplayName("a parked connection that the records tell")
  void acceptsParkedConnections() {
    open();
    fromClient(TcpFlags.ACK, 1, "kept");
    fromServer(TcpFlags.ACK, 1, 5);
    checks.check(nanos);
    park();
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
  }

  @Test
  @DisplayName("SYNs, and one that competes, that no record tells")
  void seesHandshakes() {
    open();
    FrameView view = new FrameView();
    view.read(CommitChecksTest.packet(Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 7, 0, ""));
    change(each -> each.handshakes().addCompeting(view, Direction.CLIENT_TO_SERVER));
    assertBroken("records do not hold the handshakes");
    change(each -> each.handshakes().clearCompeting());
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
    change(each -> each.handshakes().set(Direction.SERVER_TO_CLIENT, Handshake.of(view)));
    assertBroken("records do not hold the handshakes");
  }

  @Test
  @DisplayName("headers of another interface, which no record tells")
  void seesHeaders() {
    open();
    Packet packet = CommitChecksTest.packet(Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, 1, "");
    packet.from(packet.linkType(), packet.leg(), packet.interfaceId() + 1, 0);
    FrameView view = new FrameView();
    view.read(packet);
    change(each -> each.stream(Direction.CLIENT_TO_SERVER).headers().capture(view, 0));
    assertBroken("records do not hold the CLIENT_TO_SERVER headers");
  }
}
