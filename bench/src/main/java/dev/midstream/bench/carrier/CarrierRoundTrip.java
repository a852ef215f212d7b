package dev.midstream.bench.carrier;

import dev.midstream.ca.Authority;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.jgroups.carrier.Octets;
import dev.midstream.jgroups.group.GroupCarrier;
import dev.midstream.testkit.port.FreePorts;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program that measures the round trip of a record of 200 octets and its answer between two
 * processes: over a bare connection with TLS, and over the carrier, in turn. Prints the median and
 * the 99th percentile of each round in microseconds, and the quotient of the medians. A round trip
 * ends when the thread that reads the answer has it.
 */
public final class CarrierRoundTrip {
  private static final int RECORD_BYTES = 200;
  private static final int EXCHANGES = 4_000;
  private static final int WARM_ROUNDS = 5;
  private static final double MICRO = 1e3;

  private final BareMessages bare;
  private final GroupCarrier carrier;
  private final NodeId peer;
  private final SynchronousQueue<Answer> answers;
  private long number;

  /** An answer, and when the listener had it. */
  private record Answer(Applied message, long atNanos) {}

  private CarrierRoundTrip(
      BareMessages bare, GroupCarrier carrier, NodeId peer, SynchronousQueue<Answer> answers) {
    this.bare = bare;
    this.carrier = carrier;
    this.peer = peer;
    this.answers = answers;
  }

  /** The argument: how many rounds are measured, 11 if there is none. */
  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 11;
    Path directory = Files.createTempDirectory("carrier");
    Authority authority = Authority.init(directory.resolve("authority"), "bench", Instant.now());
    for (String name : List.of("n1", "n2")) {
      authority.issue(
          name, directory.resolve("authority"), Instant.now(), Authority.DEFAULT_DURATION);
    }
    List<Integer> ports = FreePorts.find(4);
    Process answering = start(directory.resolve("authority"), ports);
    try {
      measure(new BenchNode(directory.resolve("authority"), 1, ports), rounds);
    } finally {
      answering.destroy();
    }
    System.exit(0);
  }

  private static Process start(Path authority, List<Integer> ports) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(AnsweringNode.class.getName(), authority.toString()));
    ports.forEach(each -> command.add(each.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.inputReader().readLine();
    return process;
  }

  private static void measure(BenchNode node, int rounds) throws Exception {
    SynchronousQueue<Answer> answers = new SynchronousQueue<>();
    SynchronousQueue<NodeId> peers = new SynchronousQueue<>();
    GroupCarrier carrier = node.carrier();
    carrier.open(
        new LogListener() {
          @Override
          public void onLog(NodeId from, LogMessage message) {
            if (message instanceof Applied applied) {
              offer(answers, new Answer(applied, System.nanoTime()));
            }
          }

          @Override
          public void onView(List<NodeId> members) {
            members.stream()
                .filter(each -> !each.equals(carrier.self()))
                .forEach(each -> Thread.ofVirtual().start(() -> offer(peers, each)));
          }
        });
    NodeId peer = peers.poll(30, TimeUnit.SECONDS);
    if (peer == null) {
      throw new IOException("the other node has not joined");
    }
    try (Socket socket = node.connect();
        carrier) {
      new CarrierRoundTrip(new BareMessages(socket), carrier, peer, answers).run(rounds);
    }
  }

  private static <T> void offer(SynchronousQueue<T> queue, T value) {
    try {
      queue.offer(value, 1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(int rounds) throws Exception {
    for (int each = 0; each < WARM_ROUNDS; each++) {
      overBare();
      overCarrier();
    }
    List<Double> quotients = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      long[] bareNanos = round % 2 == 0 ? overBare() : null;
      long[] carrierNanos = overCarrier();
      bareNanos = bareNanos == null ? overBare() : bareNanos;
      double quotient = (double) percentile(carrierNanos, 50) / percentile(bareNanos, 50);
      quotients.add(quotient);
      System.out.printf(
          Locale.ROOT,
          "%2d  bare %s  carrier %s  quotient %.2f%n",
          round,
          text(bareNanos),
          text(carrierNanos),
          quotient);
    }
    quotients.sort(null);
    double median = quotients.get(quotients.size() / 2);
    System.out.printf(Locale.ROOT, "median of the quotients %.2f%n", median);
  }

  private static String text(long[] sortedNanos) {
    return String.format(
        Locale.ROOT,
        "p50 %6.1f p99 %7.1f us",
        percentile(sortedNanos, 50) / MICRO,
        percentile(sortedNanos, 99) / MICRO);
  }

  private static long percentile(long[] sorted, int percent) {
    return sorted[sorted.length * percent / 100];
  }

  private Append next() {
    return new Append(1, 1, 1, ++number, 0, List.of(new byte[RECORD_BYTES]));
  }

  private long[] overBare() throws IOException {
    long[] nanos = new long[EXCHANGES];
    for (int each = 0; each < EXCHANGES; each++) {
      Append record = next();
      long begin = System.nanoTime();
      bare.write(Octets.of(record));
      LogMessage answer = bare.read();
      nanos[each] = System.nanoTime() - begin;
      check(answer, record);
    }
    Arrays.sort(nanos);
    return nanos;
  }

  private long[] overCarrier() throws IOException, InterruptedException {
    long[] nanos = new long[EXCHANGES];
    for (int each = 0; each < EXCHANGES; each++) {
      Append record = next();
      long begin = System.nanoTime();
      carrier.send(peer, record);
      Answer answer = answers.poll(10, TimeUnit.SECONDS);
      if (answer == null) {
        throw new IOException("no answer: record=" + record.first());
      }
      nanos[each] = answer.atNanos() - begin;
      check(answer.message(), record);
    }
    Arrays.sort(nanos);
    return nanos;
  }

  private static void check(LogMessage answer, Append record) throws IOException {
    if (!answer.equals(new Applied(1, 1, 1, record.first()))) {
      throw new IOException("another answer: " + answer);
    }
  }
}
