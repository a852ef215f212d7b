package dev.midstream.worlds.heap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.SynCache;
import dev.midstream.reassembly.rule.EngineLimits;
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

  /** The limit of a small heap, and SYNs that need several times as much. */
  private static final long LIMIT_BYTES = 4 << 20;

  private static final int FLOOD = 20_000;

  /** Connections after which tables have grown. */
  private static final int FEW = 100;

  /** Pages of the SYNs as they came, that are not full, and tables. */
  private static final long PAGE_BYTES = 1 << 20;

  private final MemoryLog log = new MemoryLog(CommitMode.STRICT);
  private final Engine engine = engine(EngineLimits.DEFAULTS);

  private Engine engine(EngineLimits limits) {
    return WorldText.read("seed=7")
        .engine()
        .withLimits(limits)
        .engine(SimpleAgents.passing(), new UnpooledByteBufAllocator(true, true), log);
  }

  private void open(int port, long nowNanos) {
    open(engine, port, nowNanos);
  }

  private static void open(Engine engine, int port, long nowNanos) {
    Ends ends = Ends.IPV4.withPorts(1 + port % 60_000, 80 + port / 60_000);
    FrameBuilder syn = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER);
    syn.flags(TcpFlags.SYN).sequence(ends.clientIsn()).options("mss 1460,sackOK");
    put(engine, syn, Direction.CLIENT_TO_SERVER, nowNanos);
    FrameBuilder answer = new FrameBuilder(ends, Direction.SERVER_TO_CLIENT);
    answer.flags(TcpFlags.SYN | TcpFlags.ACK).sequence(ends.serverIsn());
    answer.options("mss 1460,sackOK").acknowledgement(ends.clientIsn() + 1);
    put(engine, answer, Direction.SERVER_TO_CLIENT, nowNanos);
  }

  private static void put(Engine engine, FrameBuilder frame, Direction direction, long nowNanos) {
    Packet packet = Frames.packet(frame.build(), Ends.legOfSender(direction), nowNanos);
    engine.onPacket(packet, nowNanos, sent -> {});
  }

  private long heapBytes() {
    return heapBytes(engine);
  }

  private long heapBytes(Engine engine) {
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

  /** What waits for records in the heap, and the engine itself. */
  private long waitingBytes() {
    return new ReachableHeap(each -> each == log || each instanceof SynCache, engine).bytes();
  }

  private void assertIsCharged(long beforeBytes, long chargedBefore) {
    long charged = engine.waiting().charged() - chargedBefore;
    assertThat(waitingBytes() - beforeBytes).isBetween(charged / 2, charged);
  }

  @Test
  @DisplayName("HDP-17 law 6 H-39 what waits for records is charged with no less than it takes")
  void chargesWhatWaits() {
    for (int port = 1; port <= FEW; port++) {
      open(port, 0);
    }
    long before = waitingBytes();
    long charged = engine.waiting().charged();
    for (int port = FEW + 1; port <= FEW + SYNS; port++) {
      open(port, 0);
    }
    assertIsCharged(before, charged);
    while (engine.nextDeadlineNanos() <= 10 * MINUTE_NANOS) {
      engine.onTimer(engine.nextDeadlineNanos(), packet -> {});
    }
    assertThat(engine.connections()).isZero();
    assertIsCharged(before, charged);
  }

  @Test
  @DisplayName("HDP-17 law 6 H-39 what waits for records is bounded by the heap for connections")
  void keepsTheLimitOfTheHeap() {
    Engine small = engine(EngineLimits.DEFAULTS.withConnectionBytes(LIMIT_BYTES));
    long before = heapBytes(small);
    for (int port = 0; port < FLOOD; port++) {
      open(small, port, 0);
    }
    assertThat(heapBytes(small) - before).isLessThan(LIMIT_BYTES + PAGE_BYTES);
    assertThat(small.counters().of(Reason.CONNECTION_LIMIT)).isPositive();
    while (small.nextDeadlineNanos() <= 10 * MINUTE_NANOS) {
      small.onTimer(small.nextDeadlineNanos(), packet -> {});
    }
    assertThat(small.connections()).isZero();
    assertThat(heapBytes(small) - before).isLessThan(LIMIT_BYTES + PAGE_BYTES);
    log.commitTo(log.appended());
    small.onCommitted(10 * MINUTE_NANOS, packet -> {});
    assertThat(small.connectionBytes()).isZero();
    assertThat(heapBytes(small) - before).isLessThan(PAGE_BYTES);
  }
}
