package dev.midstream.gateway.run;

import static dev.midstream.gateway.run.WordScripts.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.GreetingConfiguration;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureGuardTest {
  /** The last segment makes the event sink of the test throw. */
  private static final String FAILING =
      """
      c> P. 1:4(3) ack 1 "abc"
      >s same
      c> P. 1:4(3) ack 1 "xyz"
      """;

  private static final String RESETS =
      """
      >s R. 1:1(0) ack 1
      >s R. 4:4(0) ack 1
      >c R. 1:1(0) ack 1
      """;

  private static final String EDITED =
      """
      c> P. 1:12(11) ack 1 "Hello world"
      >s P. 1:9(8) ack 1 "Hi there"
      """;

  @TempDir private Path directory;
  private final List<String> events = new ArrayList<>();

  @Test
  @DisplayName("OWN-3 an error while memory is left costs one connection")
  void givesUpOneConnectionAfterAnError() throws Exception {
    Engine engine = failing();
    Script script = new Script(new Engines(engine, new FailureGuard(engine, () -> false)));
    script.between(Ends.IPV6).run(OPEN);
    script.between(Ends.IPV4).run(OPEN + FAILING + RESETS);
    script.between(Ends.IPV6).run(EDITED);
    assertThat(events).singleElement().asString().contains("as a test wants");
  }

  @Test
  @DisplayName("OWN-3 when memory is exhausted all connections of the worker are given up")
  void givesUpAllConnectionsWithoutMemory() throws Exception {
    Engine engine = failing();
    Script script = new Script(new Engines(engine, new FailureGuard(engine, () -> true)));
    script.between(Ends.IPV6).run("c> S 0:0(0)\n>s same\n");
    script.between(Ends.IPV4).run(OPEN + FAILING + RESETS);
    assertThat(engine.connections()).isZero();
    assertThat(events).singleElement().asString().contains("connections=2");
    script.between(Ends.IPV4).run(OPEN + EDITED);
  }

  @Test
  @DisplayName("OWN-3 an error that belongs to no connection does not end the worker")
  void goesOnAfterAnErrorOfNoConnection() throws Exception {
    Engine engine = failing();
    FailureGuard guard = new FailureGuard(engine);
    new Script(new Engines(engine, guard)).run(OPEN);
    Box broken = new Broken(new StackOverflowError("as a test wants"));
    Box box = new GuardedBox(broken, guard);

    Disposition disposition = box.onPacket(new Packet(), 1, packet -> {});
    box.onTimer(2, packet -> {});

    assertThat(disposition).isEqualTo(Disposition.TAKEN);
    assertThat(engine.connections()).isZero();
    assertThat(engine.counters().of(Reason.ENGINE_FAILED)).isEqualTo(2);
    assertThat(box.nextDeadlineNanos()).isEqualTo(broken.nextDeadlineNanos());
  }

  @Test
  @DisplayName("OWN-3 a failure whose class tells neither text nor stack does not end the worker")
  void goesOnAfterAFailureThatTellsNothing() throws Exception {
    Engine engine = failing();
    Box box = new GuardedBox(new Broken(new Untold()), new FailureGuard(engine));

    assertThat(box.onPacket(new Packet(), 1, packet -> {})).isEqualTo(Disposition.TAKEN);
    box.onTimer(2, packet -> {});

    assertThat(events).hasSize(2);
    assertThat(events.getFirst())
        .isEqualTo("worker failed why=" + Untold.class.getName() + " at=unknown connections=0");
  }

  private Engine failing() throws Exception {
    EventSink sink =
        (reason, connection, text) -> {
          if (reason == Reason.INCONSISTENT_RETRANSMISSION) {
            throw new OutOfMemoryError("as a test wants");
          }
          events.add(text);
        };
    return new Engine(
        GreetingConfiguration.load(directory).sharedEngine(1),
        new HashSeed(1, 2),
        UnpooledByteBufAllocator.DEFAULT,
        sink);
  }

  /** An engine whose errors {@code guard} contains. */
  private record Engines(Engine engine, FailureGuard guard) implements Box {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      try {
        return engine.onPacket(packet, nowNanos, out);
      } catch (OutOfMemoryError e) {
        return guard.onEngineFailure(e, nowNanos, out);
      }
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      engine.onTimer(nowNanos, out);
    }

    @Override
    public long nextDeadlineNanos() {
      return engine.nextDeadlineNanos();
    }
  }

  /** A box that fails, whatever comes. */
  private record Broken(Error failure) implements Box {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      throw failure;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      throw failure;
    }

    @Override
    public long nextDeadlineNanos() {
      return 42;
    }
  }

  /** A failure as a foreign class may be one. */
  private static final class Untold extends InternalError {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no text");
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new IllegalStateException("no stack trace");
    }
  }
}
