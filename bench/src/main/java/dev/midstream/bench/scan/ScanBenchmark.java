package dev.midstream.bench.scan;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.bench.frame.SampleText;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import dev.midstream.wire.checksum.InternetChecksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
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

/** Nanoseconds per octet of the substitute agent alone, segment by segment, without a match. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:MaxInlineLevel=30"})
public class ScanBenchmark {
  private static final int SEGMENT_BYTES = 1_448;
  private static final int SEGMENTS = 64;
  private static final int TEXT_BYTES = SEGMENTS * SEGMENT_BYTES;

  /** The number of strings to find. */
  @Param({"1", "5", "20", "100", "1000"})
  public int pairs = 1;

  /** Replaces the last string, unless it is empty. */
  @Param("")
  public String last = "";

  /**
   * How the strings are given: {@code find}, {@code ignore-case}, {@code whole-words}, or as a
   * {@code pattern} that ends with a class.
   */
  @Param("find")
  public String by = "find";

  /** The text: {@code words}, octets at {@code random}, or {@code one} octet repeated. */
  @Param("words")
  public String through = "words";

  private final MemorySegment text = Arena.ofAuto().allocate(TEXT_BYTES, Long.BYTES);
  private final MemoryView view = new MemoryView();
  private final DecisionBatch batch = new DecisionBatch();
  private NewConnection<?> connection = NewConnection.of(SubstituteAgents.ofAbsent(1));

  /** Makes the text and the agent. */
  @Setup(Level.Trial)
  public void fill() {
    byte[] octets = new byte[TEXT_BYTES];
    switch (through) {
      case "words" -> octets = SampleText.of(TEXT_BYTES, 1);
      case "random" -> new Random(1).nextBytes(octets);
      case "one" -> Arrays.fill(octets, (byte) '#');
      default -> throw new IllegalArgumentException("through=" + through);
    }
    MemorySegment.copy(octets, 0, text, ValueLayout.JAVA_BYTE, 0, TEXT_BYTES);
    connection = NewConnection.of(SubstituteAgents.ofAbsent(pairs, last, by));
  }

  /** Shows every segment to the agent. */
  @Benchmark
  @OperationsPerInvocation(TEXT_BYTES)
  public int octet() {
    int decided = 0;
    for (int offset = 0; offset < TEXT_BYTES; offset += SEGMENT_BYTES) {
      view.show(text, offset, SEGMENT_BYTES, offset);
      batch.open(SEGMENT_BYTES, false);
      connection.show(view, batch);
      decided += batch.decidedOctets();
    }
    return decided;
  }

  /** The baseline: the Internet checksum of the same segments. */
  @Benchmark
  @OperationsPerInvocation(TEXT_BYTES)
  public long checksummedOctet() {
    long sum = 0;
    for (int offset = 0; offset < TEXT_BYTES; offset += SEGMENT_BYTES) {
      sum += InternetChecksum.sum(text, offset, SEGMENT_BYTES);
    }
    return sum;
  }

  /** An agent with the first state of a connection, which each view is shown with. */
  private record NewConnection<S>(Agent<S> agent, S state) {
    static <S> NewConnection<S> of(Agent<S> agent) {
      return new NewConnection<>(agent, agent.newConnection());
    }

    void show(MemoryView view, DecisionBatch batch) {
      agent.onOctets(state, Direction.CLIENT_TO_SERVER, view, batch);
    }
  }
}
