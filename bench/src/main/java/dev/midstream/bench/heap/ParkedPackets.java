package dev.midstream.bench.heap;

import dev.midstream.bench.engine.Scenario;
import dev.midstream.bench.frame.Endpoints;
import dev.midstream.bench.frame.TcpFrame;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * A program that measures the processor time of packets of random parked connections: processed one
 * by one, and after the records of a batch were read together. Both ways take turns, a few packets
 * each, so that all else that the machine does affects both. Between two turns the connections are
 * parked again.
 */
public final class ParkedPackets {
  private static final int CONNECTIONS = 1_000_000;
  private static final int TOGETHER = 32;
  private static final int ROUNDS = 1_000;

  /** Packets of a turn. */
  private static final int PACKETS = 256;

  private static final long PARK_NANOS = 1_000_000;
  private static final byte[] NOTHING = {};

  private final Scenario scenario;
  private final int connections;
  private final Engine engine;
  private final Population population;
  private final TcpFrame[] frames = new TcpFrame[PACKETS];
  private final Packet[] packets = new Packet[PACKETS];
  private final Random random = new Random(1);
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  private ParkedPackets(Scenario scenario, int connections) {
    this.scenario = scenario;
    this.connections = connections;
    engine = scenario.newEngine(Timeouts.DEFAULTS.withPark(PARK_NANOS));
    population = new Population(scenario, LifeStage.IDLE, engine);
    Endpoints any = Endpoints.of(0, Scenario.PORT);
    Arrays.setAll(frames, i -> TcpFrame.segment(any, Leg.INSIDE, NOTHING, ChecksumState.COMPLETE));
  }

  /** Arguments: parked connections, packets together, and rounds that are measured. */
  public static void main(String[] arguments) {
    int connections = argument(arguments, 0, CONNECTIONS);
    int together = argument(arguments, 1, TOGETHER);
    int rounds = argument(arguments, 2, ROUNDS);
    for (Scenario scenario : new Scenario[] {Scenario.NO_AGENT, Scenario.PASS}) {
      new ParkedPackets(scenario, connections).run(together, rounds, System.out);
    }
  }

  private static int argument(String[] arguments, int place, int otherwise) {
    return place < arguments.length ? Integer.parseInt(arguments[place]) : otherwise;
  }

  private void run(int together, int rounds, PrintStream out) {
    population.fillParked(connections);
    double[] alone = new double[rounds];
    double[] batches = new double[rounds];
    for (int round = -rounds; round < rounds; round++) {
      double aloneNanos = turn(1);
      double batchNanos = turn(together);
      if (round >= 0) { // the rounds before are a warm-up
        alone[round] = aloneNanos;
        batches[round] = batchNanos;
      }
    }
    population.rest(LifeStage.IDLE.restNanos());
    population.check(connections);
    Arrays.sort(alone);
    Arrays.sort(batches);
    out.printf(
        Locale.ROOT,
        "%-8s %,d parked: one by one %s, %d together %s, ratio %.2f%n",
        scenario,
        connections,
        summary(alone),
        together,
        summary(batches),
        batches[rounds / 2] / alone[rounds / 2]);
  }

  private static String summary(double[] sorted) {
    return String.format(
        Locale.ROOT,
        "%.0f ns (quarter below %.0f)",
        sorted[sorted.length / 2],
        sorted[sorted.length / 4]);
  }

  /** Parks all connections, and passes packets of some; returns the processor time of each. */
  private double turn(int together) {
    population.rest(2 * PARK_NANOS);
    for (int i = 0; i < PACKETS; i++) {
      packets[i] = population.acknowledgement(random.nextInt(connections), frames[i]);
    }
    long start = threads.getCurrentThreadCpuTime();
    for (int from = 0; from < PACKETS; from += together) {
      pass(from, Math.min(PACKETS, from + together));
    }
    return (threads.getCurrentThreadCpuTime() - start) / (double) PACKETS;
  }

  private void pass(int from, int to) {
    if (to - from > 1 && engine.isPrefetching()) {
      for (int i = from; i < to; i++) {
        engine.prefetch(packets[i]);
      }
    }
    for (int i = from; i < to; i++) {
      population.pass(packets[i]);
    }
  }
}
