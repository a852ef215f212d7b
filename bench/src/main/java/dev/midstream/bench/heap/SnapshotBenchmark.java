package dev.midstream.bench.heap;

import dev.midstream.bench.engine.Scenario;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import java.util.ArrayList;
import java.util.List;
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
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds to write a connection as octets, and to read it; 64 connections in turn. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SnapshotBenchmark {
  private static final int CONNECTIONS = 64;

  /** How far the connections have come. */
  @Param({"IDLE", "ENDED"})
  public String stage = "IDLE";

  /** Whether an agent sees them. */
  @Param({"PASS", "NO_AGENT"})
  public String scenario = "PASS";

  private final List<Connection> connections = new ArrayList<>();
  private final List<byte[]> snapshots = new ArrayList<>();
  private final StateWriter out = new StateWriter();
  private Engine engine = new Population(Scenario.PASS, LifeStage.IDLE).engine();
  private int next;

  /** Opens the connections. */
  @Setup(Level.Trial)
  public void fill() {
    Population population = new Population(Scenario.valueOf(scenario), LifeStage.valueOf(stage));
    population.fill(CONNECTIONS);
    engine = population.engine();
    engine.forEachParked(copy -> {
      out.clear();
      engine.moves().write(copy, out, 0);
      snapshots.add(out.toOctets());
    });
    snapshots.forEach(octets -> connections.add(read(octets)));
    System.out.println("octets of a connection: " + snapshots.getFirst().length);
  }

  /** Writes a connection. */
  @Benchmark
  public int write() {
    next = (next + 1) % CONNECTIONS;
    out.clear();
    engine.moves().write(connections.get(next), out, 0);
    return out.length();
  }

  /** Reads a connection, and frees it. */
  @Benchmark
  public Connection read() {
    next = (next + 1) % CONNECTIONS;
    Connection read = read(snapshots.get(next));
    read.free();
    return read;
  }

  private Connection read(byte[] octets) {
    return engine.moves().read(new StateReader(octets, 0, octets.length), 0);
  }
}
