package dev.midstream.bench.heap;

import dev.midstream.bench.engine.Scenario;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds for each connection with which an engine goes on that has only its records, before
 * its first packet: all of them in turn. Of each the records hold three full segments.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 20)
@Measurement(iterations = 20)
@Fork(
    value = 2,
    jvmArgsAppend = {"-Xms2g", "-Xmx2g", "-XX:+UseSerialGC"})
public class TakeoverBenchmark {
  private static final int CONNECTIONS = 2_000;
  private static final PacketOutput LOST = packet -> {};

  private final List<byte[]> records = new ArrayList<>();
  private Replica replica = new Replica();
  private Engine engine = Scenario.PASS.newEngine();

  /** Opens the connections, and writes their records. */
  @Setup(Level.Trial)
  public void write() {
    MemoryLog log = new MemoryLog(CommitMode.ON_CHANGE);
    Population population =
        new Population(Scenario.PASS, LifeStage.IDLE, Scenario.PASS.newEngine(log));
    population.open(CONNECTIONS);
    for (long number = 1; number <= log.appended(); number++) {
      records.add(log.record(number));
    }
    int bytes = records.stream().mapToInt(each -> each.length).sum();
    System.out.println("octets of the records of a connection: " + bytes / CONNECTIONS);
  }

  /** Makes an engine that has nothing, and the records that it gets. */
  @Setup(Level.Invocation)
  public void begin() {
    engine = Scenario.PASS.newEngine(new MemoryLog(CommitMode.ON_CHANGE));
    replica = new Replica();
    records.forEach(each -> replica.apply(each, 0));
  }

  /** Frees the memory of that engine. */
  @TearDown(Level.Invocation)
  public void end() {
    engine.finish(0, LOST);
  }

  /** Goes on with all connections. */
  @Benchmark
  @OperationsPerInvocation(CONNECTIONS)
  public int takeOver() {
    engine.inherit(replica, 0);
    while (engine.inheritedConnections() > 0) {
      engine.onTimer(0, LOST);
    }
    return engine.connections();
  }
}
