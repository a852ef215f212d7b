package dev.midstream.tables.infinispan;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.CommonTables;
import dev.midstream.tables.Entries;
import dev.midstream.tables.Heard;
import dev.midstream.tables.TableSettings;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.service.TableService;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** A node in a process of its own, which has a hundred connections. */
final class TablesProcess implements AutoCloseable {
  static final int CONNECTIONS = 100;

  private final Process process;
  private final BufferedReader lines;
  private final NodeId life;
  private final int number;
  private final long epoch;

  private TablesProcess(Process process, NodeId life, int number, long epoch) {
    this.process = process;
    this.life = life;
    this.number = number;
    this.epoch = epoch;
    lines = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts the process of a node, and waits until its tables are open.
   *
   * @param epoch that of its buckets, later than those of its lives before
   */
  static TablesProcess start(Nodes nodes, int number, long epoch) throws IOException {
    NodeId life = new NodeId(Entries.node(number).address(), UUID.randomUUID());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(TablesProcess.class.getName());
    command.add(nodes.directory.toString());
    command.add(String.valueOf(number));
    command.add(life.incarnation().toString());
    command.add(String.valueOf(epoch));
    nodes.addresses.forEach(each -> command.add(String.valueOf(each.port())));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    TablesProcess started = new TablesProcess(process, life, number, epoch);
    String line = started.lines.readLine();
    if (!"open".equals(line)) {
      throw new IOException("the process says: " + line);
    }
    return started;
  }

  NodeId life() {
    return life;
  }

  /** The connections of this process. */
  List<ConnectionEntry> connections() {
    return connections(number, life, epoch);
  }

  /** The connections of the node {@code number} in one life, with buckets under an epoch. */
  static List<ConnectionEntry> connections(int number, NodeId life, long epoch) {
    List<ConnectionEntry> entries = new ArrayList<>();
    for (int each = 0; each < CONNECTIONS; each++) {
      entries.add(Entries.connection(number * CONNECTIONS + each, life, epoch, 1));
    }
    return entries;
  }

  /** Kills the process, and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  // ---- in the process

  public static void main(String[] arguments) throws Exception {
    Quiet.begin();
    int number = Integer.parseInt(arguments[1]);
    UUID incarnation = UUID.fromString(arguments[2]);
    long epoch = Long.parseLong(arguments[3]);
    List<NodeAddress> addresses =
        Arrays.stream(arguments)
            .skip(4)
            .map(port -> NodeAddress.ofIpv4(0x7f000001, Integer.parseInt(port)))
            .toList();
    NodeId life = new NodeId(Entries.node(number).address(), incarnation);
    TableSettings settings = ProcessFaultsTest.settings();
    CommonTables tables =
        new TableService(
            life,
            settings,
            Nodes.store(Path.of(arguments[0]), number, incarnation, addresses, settings));
    tables.open(new Heard());
    connections(number, life, epoch).forEach(tables::offer);
    tables.put(Entries.said(life, 1, CONNECTIONS));
    System.out.println("open");
    int end = new InputStreamReader(System.in, StandardCharsets.US_ASCII).read();
    System.exit(end);
  }
}
