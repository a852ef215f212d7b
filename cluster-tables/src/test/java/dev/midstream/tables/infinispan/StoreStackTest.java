package dev.midstream.tables.infinispan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.tables.TableSettings;
import dev.midstream.tables.TablesException;
import dev.midstream.tables.entry.Table;
import dev.midstream.tables.store.StoreListener;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.infinispan.commons.dataconversion.MediaType;
import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.Configuration;
import org.infinispan.partitionhandling.PartitionHandling;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs is what CLUSTER asks for: the channel, its sockets, the settings of the tables. */
class StoreStackTest {
  private static final String LISTENING = "0A";

  @SuppressWarnings("NullAway.Init") // set before each test
  @TempDir
  private Path directory;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Nodes nodes;

  @SuppressWarnings("NullAway.Init") // set before each test
  private InfinispanStore store;

  private final Set<String> before = new HashSet<>();
  private final Trouble trouble = new Trouble();

  /** Keeps what is wrong. */
  private static final class Trouble implements StoreListener {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void onTrouble(String line) {
      lines.add(line);
    }

    @Override
    public void onStored(Table table, byte[] key, byte[] value) {
      // nothing here asks for it
    }

    @Override
    public void onRemoved(Table table, byte[] key) {
      // nothing here asks for it
    }

    @Override
    public void onLoss() {
      // nothing here asks for it
    }

    @Override
    public void onMembers(Set<UUID> lives, boolean isMerge) {
      // nothing here asks for it
    }
  }

  @BeforeEach
  void open() throws Exception {
    nodes = new Nodes(directory.resolve("authority"));
    before.addAll(sockets("tcp"));
    before.addAll(sockets("udp"));
    store = nodes.store(1, UUID.randomUUID(), TableSettings.of(1_024, 2));
    store.open(trouble);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  @DisplayName("LD-1 Infinispan runs on our channel, with the sockets and the watch of the carrier")
  void runsOnOurChannel() {
    JGroupsTransport transport =
        (JGroupsTransport) store.cache(Table.NODES).getRpcManager().getTransport();
    assertThat(transport.getChannel()).isSameAs(store.channel());
    assertThat(store.channel().getProtocolStack().getProtocols().stream().map(Protocol::getName))
        .contains("PeerWatch", "MemberSearch", "TCP")
        .doesNotContain("FD_SOCK", "FD_SOCK2", "FD_ALL3", "UDP");
    TCP tcp = store.channel().getProtocolStack().findProtocol(TCP.class);
    assertThat(tcp.getSocketFactory().getClass().getSimpleName()).isEqualTo("GatedSockets");
    assertThat(tcp.getDiagnosticsHandler().isEnabled()).isFalse();
    assertThat(tcp.getDiagnosticsHandler().isRunning()).isFalse();
  }

  @Test
  @DisplayName("LD-1 no socket of the tables takes plain text, and none takes datagrams")
  void takesNoPlainText() throws Exception {
    List<Integer> ports = new ArrayList<>();
    for (String line : sockets("tcp")) {
      if (!before.contains(line)) {
        ports.add(Integer.parseInt(line.substring(line.indexOf(':') + 1, line.indexOf(' ')), 16));
      }
    }
    assertThat(ports).containsExactly(nodes.addresses.getFirst().port());
    assertThat(before).containsAll(sockets("udp"));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ports.getFirst())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(new byte[64]);
      assertThat(count(socket.getInputStream()))
          .as("octets that came back, apart from the alert of TLS")
          .isLessThan(8);
    }
  }

  private static int count(InputStream in) throws IOException {
    int count = 0;
    try {
      while (in.read() >= 0) {
        count++;
      }
    } catch (SocketException e) {
      // closed as well
    }
    return count;
  }

  @Test
  @DisplayName("HSI-3 HSI-5 LD-3 the tables that run have these settings")
  void hasTheseSettings() {
    Configuration connections = store.cache(Table.CONNECTIONS).getCacheConfiguration();
    assertThat(connections.clustering().cacheMode()).isEqualTo(CacheMode.DIST_SYNC);
    assertThat(connections.clustering().hash().numOwners()).isEqualTo(3);
    assertThat(connections.clustering().hash().numSegments()).isEqualTo(1_024);
    assertThat(connections.clustering().hash().keyPartitioner())
        .isInstanceOf(BucketPartitioner.class);
    for (Table table : Table.values()) {
      Configuration cache = store.cache(table).getCacheConfiguration();
      assertThat(cache.clustering().partitionHandling().whenSplit())
          .isEqualTo(PartitionHandling.ALLOW_READ_WRITES);
      assertThat(cache.clustering().partitionHandling().mergePolicy())
          .isInstanceOf(HigherEpoch.class);
      assertThat(cache.memory().maxCount()).isEqualTo(1_048_576);
      assertThat(cache.encoding().keyDataType().mediaType())
          .isEqualTo(MediaType.APPLICATION_OCTET_STREAM);
      assertThat(cache.encoding().valueDataType().mediaType())
          .isEqualTo(MediaType.APPLICATION_OCTET_STREAM);
    }
    for (Table table : Table.REPLICATED) {
      assertThat(store.cache(table).getCacheConfiguration().clustering().cacheMode())
          .isEqualTo(CacheMode.REPL_SYNC);
    }
    Configuration all =
        CacheSettings.cache(Table.CONNECTIONS, TableSettings.of(256, TableSettings.ALL));
    assertThat(all.clustering().cacheMode()).isEqualTo(CacheMode.REPL_SYNC);
    assertThat(all.clustering().hash().numSegments()).isEqualTo(256);
  }

  @Test
  @DisplayName("LD-1 a port in use, and a table that is not open, are said in a line")
  void saysWhatIsWrong() {
    InfinispanStore second = nodes.store(1, UUID.randomUUID(), TableSettings.of(256, 1));
    assertThatThrownBy(() -> second.open(new Trouble()))
        .isInstanceOf(TablesException.class)
        .hasMessage(
            "the port is in use, address="
                + nodes.addresses.getFirst()
                + "; end the process that has it, or give this node another port");
    second.close();

    InfinispanStore unopened = nodes.store(2, UUID.randomUUID(), TableSettings.of(256, 1));
    assertThatThrownBy(() -> unopened.forEach(Table.NODES, entry -> {}))
        .isInstanceOf(TablesException.class)
        .hasMessage("the table cannot be read: not open");
    assertThat(unopened.remove(Table.NODES, List.of(new byte[1]))).isCompletedExceptionally();
    assertThat(trouble.lines).allSatisfy(line -> assertThat(line).startsWith("common tables: "));
    assertThat(trouble.lines).anySatisfy(line -> assertThat(line).contains("cannot be reached"));
  }

  /** The sockets of this process that listen: local address and inode. */
  @SuppressWarnings("StringSplitter") // columns are parted by blanks
  private static List<String> sockets(String protocol) throws IOException {
    Set<String> own = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path each : descriptors.toList()) {
        try {
          own.add(Files.readSymbolicLink(each).toString());
        } catch (IOException e) {
          // closed meanwhile
        }
      }
    }
    List<String> found = new ArrayList<>();
    for (String table : List.of(protocol, protocol + "6")) {
      for (String line : Files.readAllLines(Path.of("/proc/self/net", table))) {
        String[] columns = line.strip().split("\\s+");
        boolean isOwn = columns.length > 9 && own.contains("socket:[" + columns[9] + "]");
        if (isOwn && (protocol.equals("udp") || columns[3].equals(LISTENING))) {
          found.add(columns[1].replaceAll("^.*:", ":") + " " + columns[9]);
        }
      }
    }
    return found;
  }
}
