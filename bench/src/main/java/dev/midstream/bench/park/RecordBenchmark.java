package dev.midstream.bench.park;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds to find a connection at rest, its hash included. Each look-up waits for the one
 * before, as one packet does for another.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-Xms4g", "-Xmx4g"})
public class RecordBenchmark {
  private static final double GOLDEN = 0.618_033_988_749_895;

  /** Connections at rest. */
  @Param({"30000", "90000", "1000000", "10000000"})
  public int records = 30_000;

  /** How many of them are used. */
  @Param({"1000", "all"})
  public String used = "all";

  private ParkedConnections connections = new ParkedConnections(0);
  private int step;
  private int end;
  private int positive = Integer.MAX_VALUE;
  private int next;
  private final int[] numbers16 = new int[16];
  private final int[] places16 = new int[16];
  private final int[] numbers32 = new int[32];
  private final int[] places32 = new int[32];

  /** Adds the connections. The used ones lie apart. */
  @Setup(Level.Trial)
  public void fill() {
    connections = new ParkedConnections(records);
    int count = used.equals("all") ? records : Integer.parseInt(used);
    int distance = records / count;
    int places = (int) (GOLDEN * count);
    while (greatestCommonDivisor(places, count) > 1) {
      places++;
    }
    step = places * distance;
    end = count * distance;
    next = 0;
  }

  /** Makes a key and its hash, and finds nothing: the share of the benchmark itself. */
  @Benchmark
  public int key() {
    int hash = connections.setKey(next);
    next = after(next, hash & positive);
    return hash;
  }

  /** Finds a connection, whose key is compared. */
  @Benchmark
  public int find() {
    int found = connections.find(next);
    next = after(next, found);
    return found;
  }

  /**
   * Finds 16 connections, after the slots of the index and then the records of all were read: such
   * reads wait for memory together. The next 16 wait for these.
   */
  @Benchmark
  @OperationsPerInvocation(16)
  public int find16() {
    return findAll(numbers16, places16);
  }

  /** The same for 32 connections. */
  @Benchmark
  @OperationsPerInvocation(32)
  public int find32() {
    return findAll(numbers32, places32);
  }

  private int findAll(int[] numbers, int[] places) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = next;
      next = after(next, 0);
    }
    int found = connections.readAhead(numbers, places) & 1; // so that the reads are not left out
    for (int number : numbers) {
      found |= connections.find(number);
    }
    next = after(next, found & positive);
    return found;
  }

  /** Finds a connection by its hash alone: the share of the index. */
  @Benchmark
  public int findHash() {
    int found = connections.findHash(next);
    next = after(next, found);
    return found;
  }

  /** Finds a connection, removes its record, and adds one of another length. */
  @Benchmark
  public int replace() {
    int found = connections.replace(next);
    next = after(next, found);
    return found;
  }

  /** The connection after {@code number}, known when {@code found} is, which is not negative. */
  private int after(int number, int found) {
    int after = number + step + (found >>> (Integer.SIZE - 1));
    return after < end ? after : after - end;
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }
}
