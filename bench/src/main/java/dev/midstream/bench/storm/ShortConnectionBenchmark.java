package dev.midstream.bench.storm;

import dev.midstream.bench.engine.Scenario;
import dev.midstream.bench.frame.TcpFrame;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Microseconds of one short connection, from its SYN to the end of its time. 7,000 begin in each
 * second of the engine's time, so that the earlier ones are parked and expire meanwhile.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 2,
    jvmArgsAppend = {
      "-XX:+UseSerialGC",
      "-XX:MaxInlineLevel=30",
      "-XX:CompileCommand=quiet",
      "-XX:CompileCommand=dontinline,dev.midstream.reassembly.deliver.Inquiry::ask",
      "-XX:CompileCommand=dontinline,dev.midstream.reassembly.deliver.Delivery::accept",
      "-XX:CompileCommand=dontinline,dev.midstream.reassembly.rewrite.HeaderRewrite::rewrite"
    })
public class ShortConnectionBenchmark implements PacketOutput {
  private static final int RATE = 7_000;
  private static final long STEP_NANOS = 1_000_000_000L / RATE / ShortConnection.PACKETS;

  /** The rule and its agent; PATCHING is without an engine. */
  @Param({"PATCHING", "NO_AGENT", "PASS"})
  public Scenario scenario = Scenario.PASS;

  /**
   * Connections that have different ends. With as many as a client has ports each begins where an
   * earlier one has ended.
   */
  @Param({"30000", "16000000"})
  public int ends = 30_000;

  private final ShortConnection connection = new ShortConnection();
  private Box box = Scenario.PATCHING.newBox(CommitMode.NONE);
  private int next;
  private long nowNanos;
  private long played;
  private long payloadOut;

  /** Creates the engine, with a connection of each end that has ended. */
  @Setup(Level.Trial)
  public void open() {
    box = scenario.newBox(CommitMode.NONE);
    played = 0;
    payloadOut = 0;
    for (int i = 0; i < Math.min(ends, 2 * RATE); i++) {
      connect();
    }
  }

  /** Plays one connection. */
  @Benchmark
  public long connect() {
    connection.begin(next, nowNanos);
    next = (next + 1) % ends;
    for (int place = 0; place < ShortConnection.PACKETS; place++) {
      nowNanos += STEP_NANOS;
      if (box.nextDeadlineNanos() <= nowNanos) {
        box.onTimer(nowNanos, this);
      }
      Packet packet = connection.packet(place, nowNanos);
      if (box.onPacket(packet, nowNanos, this) == Disposition.FORWARD) {
        emit(packet);
      }
    }
    played++;
    return payloadOut;
  }

  /** Checks that every octet came out. */
  @TearDown(Level.Trial)
  public void check() {
    long expected = played * ShortConnection.PAYLOAD_BYTES;
    if (payloadOut != expected) {
      throw new IllegalStateException("lost octets: out=" + payloadOut + " expected=" + expected);
    }
  }

  @Override
  public void emit(Packet packet) {
    payloadOut += TcpFrame.payloadLength(packet);
  }
}
