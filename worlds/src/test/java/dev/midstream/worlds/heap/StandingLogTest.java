package dev.midstream.worlds.heap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.plan.WorldText;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The heap of an engine in a flood of SYNs that are answered, while its log commits nothing. */
@Tag("worlds")
class StandingLogTest {
  private static final int SYNS = 2_000;
  private static final long MINUTE_NANOS = 60_000_000_000L;

  /** The SYNs of a connection as they came, a SYN-ACK that waits, and what its records hold. */
  private static final int MOST_BYTES = 2_048;

  private final MemoryLog log = new MemoryLog(CommitMode.STRICT);
  private final Engine engine =
      WorldText.read("seed=7")
          .engine()
          .engine(SimpleAgents.passing(), new UnpooledByteBufAllocator(true, true), log);

  private void open(int port, long nowNanos) {
    Ends ends = Ends.IPV4.withPorts(port, 80);
    FrameBuilder syn = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER);
    syn.flags(TcpFlags.SYN).sequence(ends.clientIsn()).options("mss 1460,sackOK");
    put(syn, Direction.CLIENT_TO_SERVER, nowNanos);
    FrameBuilder answer = new FrameBuilder(ends, Direction.SERVER_TO_CLIENT);
    answer.flags(TcpFlags.SYN | TcpFlags.ACK).sequence(ends.serverIsn());
    answer.options("mss 1460,sackOK").acknowledgement(ends.clientIsn() + 1);
    put(answer, Direction.SERVER_TO_CLIENT, nowNanos);
  }

  private void put(FrameBuilder frame, Direction direction, long nowNanos) {
    Packet packet = Frames.packet(frame.build(), Ends.legOfSender(direction), nowNanos);
    engine.onPacket(packet, nowNanos, sent -> {});
  }

  private long heapBytes() {
    return new ReachableHeap(each -> each == log, engine).bytes();
  }

  @Test
  @DisplayName("HDP-17 law 6 what waits for a record keeps no connection that is half-open or over")
  void keepsNoConnections() {
    open(1, 0);
    long before = heapBytes();
    for (int port = 2; port < SYNS + 2; port++) {
      open(port, 0);
    }
    assertThat(engine.connections()).isEqualTo(SYNS + 1);
    assertThat((heapBytes() - before) / SYNS).isLessThan(MOST_BYTES);
    while (engine.nextDeadlineNanos() <= 10 * MINUTE_NANOS) {
      engine.onTimer(engine.nextDeadlineNanos(), packet -> {});
    }
    assertThat(engine.connections()).isZero();
    assertThat((heapBytes() - before) / SYNS).isLessThan(MOST_BYTES);
  }
}
