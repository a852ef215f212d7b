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

  private TablesProcess(Process process, NodeId life) {
    this.process = process;
    this.life = life;
    lines = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts the process of a node, and waits until its tables are open. */
  static TablesProcess start(Nodes nodes, int number) throws IOException {
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
    nodes.addresses.forEach(each -> command.add(String.valueOf(each.port())));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    TablesProcess started = new TablesProcess(process, life);
    String line = started.lines.readLine();
    if (!"open".equals(line)) {
      throw new IOException("the process says: " + line);
    }
    return started;
  }

  NodeId life() {
    return life;
  }

  /** The connections of a process of the node {@code number}, whose life is {@code life}. */
  static List<ConnectionEntry> connections(int number, NodeId life) {
    List<ConnectionEntry> entries = new ArrayList<>();
    for (int each = 0; each < CONNECTIONS; each++) {
      entries.add(Entries.connection(number * CONNECTIONS + each, life));
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
    List<NodeAddress> addresses =
        Arrays.stream(arguments)
            .skip(3)
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
    connections(number, life).forEach(tables::offer);
    tables.put(Entries.said(life, 1, CONNECTIONS));
    System.out.println("open");
    int end = new InputStreamReader(System.in, StandardCharsets.US_ASCII).read();
    System.exit(end);
  }
}
