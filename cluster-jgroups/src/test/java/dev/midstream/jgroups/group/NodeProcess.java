package dev.midstream.jgroups.group;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.carrier.CarrierListener;
import dev.midstream.jgroups.carrier.Refusal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * A node in a process of its own. It waits until it is told to open its carrier, and answers each
 * record that it gets.
 */
final class NodeProcess implements AutoCloseable {
  private static final String FREE = "free after us";
  private static final String BOUND = "bound after us";
  private static final String FIRST_VIEW = "first view";
  private static final String LISTENING = "0A";

  private final Process process;
  private final BufferedReader lines;
  private final NodeId life;

  private NodeProcess(Process process, NodeId life) {
    this.process = process;
    this.life = life;
    lines = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts the process of a node, which does not open its carrier yet. */
  static NodeProcess start(Nodes nodes, int number, long detectNanos) throws IOException {
    NodeId life = nodes.life(number);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(NodeProcess.class.getName());
    command.add(nodes.directory.toString());
    command.add(String.valueOf(number));
    command.add(life.incarnation().toString());
    command.add(String.valueOf(detectNanos));
    nodes.addresses.forEach(each -> command.add(String.valueOf(each.port())));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    NodeProcess started = new NodeProcess(process, life);
    started.expect("rehearsed: 1");
    started.expect("ready");
    return started;
  }

  private void expect(String wanted) throws IOException {
    String line = lines.readLine();
    if (!wanted.equals(line)) {
      throw new IOException("the process says: " + line + ", not: " + wanted);
    }
  }

  NodeId life() {
    return life;
  }

  /** Tells the process to open its carrier; does not wait. */
  void open() throws IOException {
    process.getOutputStream().write("open\n".getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
  }

  /**
   * What became of {@link #open}. Times count from when the process was told to.
   *
   * @param freeMicros when the process could bind the port, before it began to open the carrier
   * @param boundMicros when the carrier had bound the port
   * @param firstView the members of the first view
   */
  record Opened(long freeMicros, long boundMicros, int firstView) {}

  /** Waits until its port is bound and it has a view. */
  Opened awaitOpened() throws IOException {
    Map<String, Long> said = new HashMap<>();
    while (said.size() < 3) {
      String line = String.valueOf(lines.readLine());
      int end = line.indexOf(": ");
      if (end < 0) {
        throw new IOException("the process says: " + line);
      }
      said.put(line.substring(0, end), Long.valueOf(line.substring(end + 2)));
    }
    return new Opened(
        Objects.requireNonNull(said.get(FREE)),
        Objects.requireNonNull(said.get(BOUND)),
        Objects.requireNonNull(said.get(FIRST_VIEW)).intValue());
  }

  /** Kills the process, and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Sends a signal, STOP or CONT. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  @Override
  public void close() {
    kill();
  }

  // ---- in the process

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    String name = Nodes.name(Integer.parseInt(arguments[1]));
    List<NodeAddress> addresses =
        Arrays.stream(arguments)
            .skip(4)
            .map(port -> NodeAddress.ofIpv4(0x7f000001, Integer.parseInt(port)))
            .toList();
    NodeAddress own = addresses.get(Integer.parseInt(arguments[1]) - 1);
    rehearse(directory, name, addresses.getLast());
    GroupSettings settings =
        new GroupSettings(
            Nodes.CLUSTER, name, own, addresses, Nodes.CONFIGURATION, Long.parseLong(arguments[3]));
    GroupCarrier carrier =
        new GroupCarrier(
            settings,
            Nodes.credentials(directory, name, name),
            new NodeId(own, UUID.fromString(arguments[2])));
    System.out.println("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      open(carrier);
    }
    System.exit(0);
  }

  /** Opens a carrier of another cluster, so that all classes are loaded when the real one opens. */
  private static void rehearse(Path directory, String name, NodeAddress address)
      throws CarrierException {
    GroupSettings settings =
        new GroupSettings("rehearsal", name, address, List.of(address), 0, Nodes.DETECT_NANOS);
    NodeId life = new NodeId(address, UUID.randomUUID());
    try (GroupCarrier carrier =
        new GroupCarrier(settings, Nodes.credentials(directory, name, name), life)) {
      carrier.open(new Answering(carrier, "rehearsed"));
    }
  }

  private static void open(GroupCarrier carrier) {
    int port = carrier.self().address().port();
    long beginNanos = System.nanoTime();
    bind(port);
    say(FREE, beginNanos);
    Thread.ofPlatform().daemon().name("port").start(() -> sayWhenBound(port, beginNanos));
    try {
      carrier.open(new Answering(carrier, FIRST_VIEW));
    } catch (CarrierException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /** Binds the port and lets it go. Nothing listens, so no other node can be answered. */
  private static void bind(int port) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (SocketChannel socket = SocketChannel.open()) {
      SocketChannel _ = socket.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(address);
    } catch (IOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void say(String what, long beginNanos) {
    System.out.println(what + ": " + (System.nanoTime() - beginNanos) / 1_000);
  }

  private static void sayWhenBound(int port, long beginNanos) {
    try {
      while (!isBound(port)) {
        Thread.sleep(1); // the precision of the time
      }
      say(BOUND, beginNanos);
    } catch (IOException | InterruptedException e) {
      System.err.println(e.getMessage());
    }
  }

  /** Whether a socket of this machine listens at {@code port}. */
  @SuppressWarnings("StringSplitter") // columns are parted by blanks
  private static boolean isBound(int port) throws IOException {
    String local = String.format(Locale.ROOT, ":%04X", port);
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/self/net", table))) {
        List<String> columns = List.of(line.strip().split(" +"));
        if (columns.get(1).endsWith(local) && columns.get(3).equals(LISTENING)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Answers records. */
  private static final class Answering implements CarrierListener {
    private final GroupCarrier carrier;
    private final String firstView;
    private boolean hasView;

    /** Says the size of the first view after {@code firstView}. */
    Answering(GroupCarrier carrier, String firstView) {
      this.carrier = carrier;
      this.firstView = firstView;
    }

    @Override
    public void onLog(NodeId from, LogMessage message) {
      if (message instanceof Append append) {
        carrier.send(
            from, new Applied(append.bucket(), append.epoch(), append.since(), append.first()));
      }
    }

    @Override
    public void onView(List<NodeId> members) {
      if (!hasView) {
        System.out.println(firstView + ": " + members.size());
        hasView = true;
      }
    }

    @Override
    public void onMessage(NodeId from, ClusterMessage message) {
      // nothing here asks for it
    }

    @Override
    public void onDead(NodeId node) {
      // nothing here asks for it
    }

    @Override
    public void onSuspected(NodeId node) {
      // nothing here asks for it
    }

    @Override
    public void onHeard(NodeId node) {
      // nothing here asks for it
    }

    @Override
    public void onAnswered(NodeAddress address) {
      // nothing here asks for it
    }

    @Override
    public void onAbsent(NodeAddress address, long number) {
      // nothing here asks for it
    }

    @Override
    public void onRefused(Refusal refusal) {
      System.err.println(refusal);
    }
  }
}
