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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * A node in a process of its own. It waits until it is told to open its carrier, and answers each
 * record that it gets.
 */
final class NodeProcess implements AutoCloseable {
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

  /** Waits for the first view of the process, which must have so many members. */
  void expectFirstView(int members) throws IOException {
    expect("first view: " + members);
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

  private static void open(GroupCarrier carrier) {
    try {
      carrier.open(new Answering(carrier));
    } catch (CarrierException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /** Answers records. */
  private static final class Answering implements CarrierListener {
    private final GroupCarrier carrier;
    private boolean hasView;

    Answering(GroupCarrier carrier) {
      this.carrier = carrier;
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
        System.out.println("first view: " + members.size());
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
