package dev.midstream.bench.storm;

import com.sun.management.ThreadMXBean;
import dev.midstream.agent.Agent;
import dev.midstream.bench.engine.Scenario;
import dev.midstream.bench.frame.SampleText;
import dev.midstream.bench.frame.TcpFrame;
import dev.midstream.bench.heap.LiveHeap;
import dev.midstream.bench.scan.SubstituteAgents;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that opens inspected connections at a constant rate, in real time, until there are as
 * many as it was told. An agent edits the response of each; then it is silent, and is parked. It
 * reports the pauses of the collector meanwhile, and the heap that stays.
 */
public final class ConnectionStorm implements PacketOutput {
  private static final int CONNECTIONS = 1_000_000;
  private static final int RATE = 12_000;
  private static final int PARK_MILLIS = 2_000;
  private static final double MICRO = 1e3;
  private static final long SECOND_NANOS = 1_000_000_000L;

  /** If no timer is due for so long, all connections are parked. */
  private static final long QUIET_NANOS = 60 * SECOND_NANOS;

  /** In this time the JVM compiles: then what is late is put off, and lags are not counted. */
  private static final long WARM_UP_NANOS = 10 * SECOND_NANOS;

  /** The most that is sent at once after a lag; what is then still due comes later. */
  private static final long MOST_NANOS = 20_000_000;

  private static final long NAP_NANOS = 200_000;

  /** The time between two packets of a connection. */
  private static final long STEP_NANOS = 5_000_000;

  private final StormFrames frames = new StormFrames();
  private final int connections;
  private final int rate;
  private final Engine engine;
  private final PrintStream out;
  private final Durations lags = new Durations();
  private long payloadOut;
  private long openedNanos;

  private ConnectionStorm(int connections, int rate, int parkMillis, PrintStream out) {
    this.connections = connections;
    this.rate = rate;
    this.out = out;
    long parkNanos = TimeUnit.MILLISECONDS.toNanos(parkMillis);
    Agent<?> agent = SubstituteAgents.replacingOfServer(SampleText.MARK, StormFrames.REPLACEMENT);
    engine = Scenario.newEngine(agent, Timeouts.DEFAULTS.withPark(parkNanos));
  }

  /** Arguments: connections, connections a second, and milliseconds of silence until parking. */
  public static void main(String[] arguments) throws InterruptedException {
    int connections = argument(arguments, 0, CONNECTIONS);
    int rate = argument(arguments, 1, RATE);
    int parkMillis = argument(arguments, 2, PARK_MILLIS);
    new ConnectionStorm(connections, rate, parkMillis, System.out).run();
  }

  private static int argument(String[] arguments, int place, int otherwise) {
    return place < arguments.length ? Integer.parseInt(arguments[place]) : otherwise;
  }

  private void run() throws InterruptedException {
    long heapBefore = LiveHeap.measure();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytesBefore = threads.getCurrentThreadAllocatedBytes();
    long cpuBefore = threads.getCurrentThreadCpuTime();
    GcPauses pauses = new GcPauses();
    open();
    long bytes = threads.getCurrentThreadAllocatedBytes() - bytesBefore;
    long cpuNanos = threads.getCurrentThreadCpuTime() - cpuBefore;
    pauses.close();
    long parked = countParked();
    long heap = LiveHeap.measure() - heapBefore;
    out.printf(
        Locale.ROOT,
        "connections %,d, parked %,d, in %.1f s; of each: heap %.1f octets, allocated %,d, %.1f us%n",
        connections,
        parked,
        openedNanos / (double) SECOND_NANOS,
        heap / (double) connections,
        bytes / connections,
        cpuNanos / (MICRO * connections));
    out.printf("collector: %s%nlag of packets: %s%n", pauses.summary(), lags.summary());
    require("parked", parked, connections);
    require("payload", payloadOut, (long) connections * StormFrames.PAYLOAD_BYTES);
  }

  private static void require(String what, long actual, long expected) {
    if (actual != expected) {
      throw new IllegalStateException(what + "=" + actual + " expected=" + expected);
    }
  }

  /** Opens all connections, and lets them rest. */
  private void open() {
    int[] next = new int[StormFrames.PACKETS];
    long start = System.nanoTime();
    long elapsed = 0;
    while (next[StormFrames.PACKETS - 1] < connections) {
      long now = System.nanoTime();
      long lag = now - start - elapsed;
      long step = Math.min(lag, MOST_NANOS);
      if (elapsed > WARM_UP_NANOS) {
        lags.add(lag);
      } else {
        start += lag - step;
      }
      elapsed += step;
      for (int place = 0; place < StormFrames.PACKETS; place++) {
        long due = (elapsed - place * STEP_NANOS) * rate / SECOND_NANOS;
        send(next, place, (int) Math.min(connections, due), now);
      }
      rest(now);
    }
    openedNanos = System.nanoTime() - start;
    while (engine.nextDeadlineNanos() < System.nanoTime() + QUIET_NANOS) {
      rest(System.nanoTime());
    }
  }

  /** Sends the packet at {@code place} of each connection up to {@code end}. */
  private void send(int[] next, int place, int end, long nowNanos) {
    for (; next[place] < end; next[place]++) {
      Packet packet = frames.packet(next[place], place, nowNanos);
      if (engine.onPacket(packet, nowNanos, this) == Disposition.FORWARD) {
        emit(packet);
      }
    }
  }

  private void rest(long nowNanos) {
    if (engine.nextDeadlineNanos() <= nowNanos) {
      engine.onTimer(nowNanos, this);
    }
    LockSupport.parkNanos(NAP_NANOS);
  }

  private long countParked() {
    long[] parked = new long[1];
    engine.forEachParked(copy -> parked[0]++);
    return parked[0];
  }

  @Override
  public void emit(Packet packet) {
    payloadOut += TcpFrame.payloadLength(packet);
  }
}
