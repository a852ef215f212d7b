package dev.midstream.tables.infinispan;

import static dev.midstream.tables.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.CommonTables;
import dev.midstream.tables.Entries;
import dev.midstream.tables.Heard;
import dev.midstream.tables.TableSettings;
import dev.midstream.tables.TableSettings.Times;
import dev.midstream.tables.TablesException;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.EntryCodec;
import dev.midstream.tables.entry.KeyCodec;
import dev.midstream.tables.entry.Table;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import dev.midstream.tables.service.TableService;
import dev.midstream.tables.store.StoredEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jgroups.protocols.TCP;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node joins, and another leaves, while the tables have 100,000 connections. */
@Tag("slow")
@Timeout(300)
class JoinTest {
  private static final int COUNT = 100_000;
  private static final int BATCH = 200;
  private static final long LIFE_MILLIS = 600_000;
  private static final Duration LONGEST = Duration.ofSeconds(10);

  @SuppressWarnings("NullAway.Init") // set before each test
  @TempDir
  private Path directory;

  private static TableSettings settings() {
    return new TableSettings(256, 1, 1_000_000, 200_000, 1_000_000, Times.DEFAULT);
  }

  /** A node with its tables. */
  private record Node(NodeId life, InfinispanStore store, CommonTables tables) {
    static Node of(Nodes nodes, int number) throws TablesException {
      NodeId life = Entries.node(number);
      InfinispanStore store = nodes.store(number, life.incarnation(), settings());
      CommonTables tables = new TableService(life, settings(), store);
      tables.open(new Heard());
      TCP tcp = store.channel().getProtocolStack().findProtocol(TCP.class);
      tcp.enableStats(true);
      tcp.getMessageStats().enable(true);
      return new Node(life, store, tables);
    }

    long sentBytes() {
      return store
          .channel()
          .getProtocolStack()
          .<TCP>findProtocol(TCP.class)
          .getMessageStats()
          .getNumBytesSent();
    }

    /** The keys of the connections; each must come once. */
    Set<ConnectionKey> keys() throws TablesException {
      List<ConnectionKey> found = new ArrayList<>();
      tables.forEach(ConnectionEntry.class, entry -> found.add(entry.key()));
      Set<ConnectionKey> keys = new HashSet<>(found);
      assertThat(keys).as("each comes once").hasSameSizeAs(found);
      return keys;
    }
  }

  @Test
  @DisplayName(
      "HSI-5 PDP-6 a node that joins 100,000 connections loses none, nor does one that leaves")
  void losesNone() throws Exception {
    Nodes nodes = new Nodes(directory.resolve("authority"));
    Node one = Node.of(nodes, 1);
    Node two = Node.of(nodes, 2);
    Set<ConnectionKey> all = new HashSet<>();
    for (int number = 0; number < COUNT; number++) {
      all.add(Entries.key(number));
    }
    long heapBytes = usedBytes();
    long sentBytes = one.sentBytes();
    fill(one);
    measure(one, usedBytes() - heapBytes, one.sentBytes() - sentBytes);

    long begin = System.nanoTime();
    Node three = Node.of(nodes, 3);
    Duration opening = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(opening).isLessThan(LONGEST);
    assertThat(three.keys().equals(all)).isTrue();
    begin = System.nanoTime();
    assertThat(three.keys().equals(all)).isTrue();
    Duration listing = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(one.keys().equals(all)).isTrue();

    begin = System.nanoTime();
    two.tables.close();
    Duration leaving = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(leaving).isLessThan(LONGEST);
    await("all after one has left", true, () -> three.keys().equals(all));
    System.out.println("joined in " + opening + ", listed in " + listing + ", left in " + leaving);
    three.tables.close();
    one.tables.close();
  }

  /** Writes the connections into the table, without the writer's own records of them. */
  private static void fill(Node one) {
    for (int from = 0; from < COUNT; from += BATCH) {
      List<StoredEntry> batch = new ArrayList<>();
      for (int number = from; number < from + BATCH; number++) {
        ConnectionEntry entry = Entries.connection(number, one.life);
        batch.add(new StoredEntry(KeyCodec.octets(entry.key()), EntryCodec.octets(entry)));
      }
      one.store.put(Table.CONNECTIONS, batch, LIFE_MILLIS).join();
    }
  }

  private static void measure(Node one, long heapBytes, long sentBytes) {
    ConnectionEntry entry = Entries.connection(77_777, one.life);
    int keyBytes = KeyCodec.octets(entry.key()).length;
    int valueBytes = EntryCodec.octets(entry).length;
    System.out.println(
        "octets of a key "
            + keyBytes
            + ", of a value "
            + valueBytes
            + "; sent for each connection "
            + sentBytes / COUNT
            + "; heap of a copy "
            + heapBytes / COUNT / 2);
    assertThat(keyBytes + valueBytes).isLessThan(120);
    assertThat(sentBytes / COUNT).isLessThan(200);
    assertThat(heapBytes / COUNT / 2).isLessThan(512);
  }

  private static long usedBytes() throws InterruptedException {
    System.gc();
    Thread.sleep(200); // a collection goes on for a while after it was asked for
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
