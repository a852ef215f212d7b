package dev.midstream.demo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.BoxStatus;
import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The program as the nodes of a cluster. Not thread-safe, but {@link #close} is. */
public final class ClusterNodes implements AutoCloseable {
  private static final long TIMEOUT_NANOS = 60_000_000_000L;
  private static final long POLL_MILLIS = 50;

  private final ClusterNetwork network;
  private final Path directory;
  private final Function<List<String>, List<String>> program;
  private final Plan plan;
  private final Map<Integer, BoxProcess> running = new ConcurrentSkipListMap<>();
  private final Map<Integer, Long> launchedNanos = new TreeMap<>();
  private final Map<Integer, Duration> startTimes = new TreeMap<>();
  private final List<String> ended = new ArrayList<>();

  /** The configuration of a node. */
  @FunctionalInterface
  public interface Plan {
    /**
     * The text of a configuration file.
     *
     * @param node the name of node {@code number}
     * @param bind its address and port
     * @param members those of all nodes, as a list in YAML without its brackets
     * @param authority the directory with the certificates
     */
    String of(int number, String node, String bind, String members, Path authority)
        throws IOException;

    /** The command by which node {@code number} is started. */
    default String command(int number) {
      return "run";
    }
  }

  /** Something that is to hold. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws IOException;
  }

  /**
   * No node runs.
   *
   * @param directory where files of nodes go
   * @param program the command line of the program with some arguments
   */
  public ClusterNodes(
      ClusterNetwork network,
      Path directory,
      Function<List<String>, List<String>> program,
      Plan plan) {
    this.network = network;
    this.directory = directory;
    this.program = program;
    this.plan = plan;
  }

  /** The directory with the certificates. */
  public Path authority() {
    return directory.resolve("authority");
  }

  /** Makes an authority and a certificate for each node, as an operator does. */
  public void issueCertificates() throws IOException {
    String authority = authority().toString();
    call(network.segments(), "ca", "init", authority);
    for (int number = 1; number <= network.count(); number++) {
      call(network.segments(), "ca", "issue", "n" + number, "--directory", authority);
    }
  }

  /** Runs a command of the program beside node {@code number}, and returns its output. */
  public String command(int number, String... arguments) throws IOException {
    return call(network.node(number), arguments);
  }

  private String call(Namespace where, String... arguments) throws IOException {
    return where.output(program.apply(List.of(arguments)).toArray(String[]::new));
  }

  // ---- beginning and end

  /** Starts nodes side by side, and waits until they are members together with those that run. */
  public void start(int... numbers) throws IOException {
    launch(numbers);
    awaitMembers();
  }

  /** Starts a node whose plan is that of no cluster, and waits until it is ready. */
  public void startAlone(int number) throws IOException {
    launch(number);
    await("n" + number + " is ready", () -> !status(number).isEmpty());
  }

  /** Starts a node, and waits until it says that it is ready. */
  public void startUntilReady(int number) throws IOException {
    launch(number);
    process(number).awaitReady();
  }

  private void launch(int... numbers) throws IOException {
    for (int number : numbers) {
      Path file = Files.writeString(directory.resolve("n" + number + ".yaml"), plan(number));
      List<String> command =
          program.apply(List.of(plan.command(number), "--config", file.toString()));
      startTimes.remove(number);
      launchedNanos.put(number, System.nanoTime());
      running.put(number, BoxProcess.launch(network.node(number), command));
    }
  }

  private String plan(int number) throws IOException {
    String members =
        IntStream.rangeClosed(1, network.count())
            .mapToObj(each -> '"' + bind(each) + '"')
            .collect(Collectors.joining(", "));
    return plan.of(number, "n" + number, bind(number), members, authority());
  }

  /** The address and port of node {@code number}. */
  public static String bind(int number) {
    return ClusterNetwork.address(number) + ":7800";
  }

  /** Waits until all nodes that run are members of one cluster and may send. */
  public void awaitMembers() throws IOException {
    int count = running.size();
    for (int number : running.keySet()) {
      await(
          "n" + number + " is one of " + count + " members",
          () -> {
            JsonNode cluster = status(number).path("cluster");
            return cluster.path("members").size() == count && noteLease(number, cluster);
          });
    }
  }

  /** Returns whether a node has the lease; the time since its launch counts the first time. */
  private boolean noteLease(int number, JsonNode cluster) {
    boolean isLeased = cluster.path("leased").asBoolean();
    Long launched = isLeased ? launchedNanos.remove(number) : null;
    if (launched != null) {
      startTimes.put(number, Duration.ofNanos(System.nanoTime() - launched));
    }
    return isLeased;
  }

  /**
   * How long a node took from its launch until it was seen as a member that may send, at its last
   * start: a little more than it took.
   */
  public Duration startTime(int number) {
    Duration time = startTimes.get(number);
    if (time == null) {
      throw new IllegalStateException("has had no lease: node=" + number);
    }
    return time;
  }

  /** Kills a node with SIGKILL. */
  public void kill(int number) throws IOException {
    process(number).kill();
    remove(number);
  }

  private void remove(int number) {
    BoxProcess process = running.remove(number);
    if (process != null) {
      ended.add(said(number, process));
    }
  }

  /** Waits for the orderly end of node {@code number}, and returns its exit code. */
  public int awaitEnd(int number) throws IOException {
    int code = process(number).awaitEnd();
    remove(number);
    return code;
  }

  /** Ends the nodes that run; returns what was wrong with that, if anything. */
  public List<String> stop() throws IOException {
    running.values().forEach(BoxProcess::terminate);
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<Integer, BoxProcess> node : running.entrySet()) {
      int exitCode = node.getValue().awaitEnd();
      if (exitCode != 0) {
        wrong.add("n" + node.getKey() + ": exit code " + exitCode);
      }
    }
    running.clear();
    return wrong;
  }

  // ---- what they do

  /** The numbers of the nodes that run. */
  public List<Integer> running() {
    return List.copyOf(running.keySet());
  }

  /** Node {@code number}, which runs. */
  public BoxProcess process(int number) {
    BoxProcess process = running.get(number);
    if (process == null) {
      throw new IllegalStateException("does not run: node=" + number);
    }
    return process;
  }

  /** The status that node {@code number} reports. */
  public JsonNode status(int number) throws IOException {
    return BoxStatus.of(network.node(number));
  }

  /** How many connections node {@code number} has. */
  public long connections(int number) throws IOException {
    return status(number).path("connections").path("known").asLong();
  }

  /** The node that coordinates. */
  public int coordinator() throws IOException {
    for (int number : running.keySet()) {
      if (status(number).path("cluster").path("coordinates").asBoolean()) {
        return number;
      }
    }
    throw new IOException("no coordinator");
  }

  /**
   * Waits until each bucket that has an owner could go on elsewhere, by what each node knows: one
   * that fell behind knows an older allocation, and one without a lease could not go on.
   */
  public void awaitProtection() throws IOException {
    for (int number : running()) {
      await(
          "each bucket has a replica, as n" + number + " knows",
          () -> isProtected(status(number).path("cluster")));
    }
  }

  private boolean isProtected(JsonNode cluster) {
    JsonNode buckets = cluster.path("buckets");
    return cluster.path("leased").asBoolean()
        && cluster.path("members").size() == running.size()
        && buckets.path("unprotected").asLong() == 0
        && buckets.path("without-owner").asLong() < buckets.path("all").asLong();
  }

  /** Waits for up to 60 s. A node that does not answer yet counts as "not yet". */
  public void await(String what, Condition condition) throws IOException {
    long startNanos = System.nanoTime();
    while (!holds(condition)) {
      if (System.nanoTime() - startNanos > TIMEOUT_NANOS) {
        throw new IOException("not within 60 s: " + what + ", said=" + said());
      }
      try {
        Thread.sleep(POLL_MILLIS); // until the nodes have got further
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  private static boolean holds(Condition condition) {
    try {
      return condition.holds();
    } catch (IOException _) {
      return false;
    }
  }

  /** What the nodes have said, also those that have ended. */
  public String said() {
    return running.entrySet().stream()
        .map(each -> said(each.getKey(), each.getValue()))
        .collect(Collectors.joining("", String.join("", ended), ""));
  }

  private static String said(int number, BoxProcess process) {
    return "\nn" + number + ":\n" + String.join("\n", process.errorLines());
  }

  @Override
  public void close() {
    running.values().forEach(BoxProcess::close);
  }
}
