package dev.midstream.tables.infinispan;

import static dev.midstream.tables.Patience.await;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.CommonTables;
import dev.midstream.tables.Entries;
import dev.midstream.tables.Heard;
import dev.midstream.tables.TableSettings;
import dev.midstream.tables.TableSettings.Times;
import dev.midstream.tables.TablesException;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.NodeEntry;
import dev.midstream.tables.entry.Table;
import dev.midstream.tables.service.TableService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes in processes that are killed. */
@Tag("slow")
@Timeout(180)
class ProcessFaultsTest {
  private static final Times QUICK =
      new Times(
          Duration.ofMillis(100),
          Duration.ofMillis(500),
          Duration.ofMinutes(10),
          Duration.ofMinutes(5),
          Duration.ofSeconds(2));

  @SuppressWarnings("NullAway.Init") // set before each test
  @TempDir
  private Path directory;

  static TableSettings settings() {
    return new TableSettings(16, 1, 2_000, 10_000, 100_000, QUICK);
  }

  private static Set<ConnectionEntry> connections(CommonTables tables) throws TablesException {
    Set<ConnectionEntry> found = new HashSet<>();
    tables.forEach(ConnectionEntry.class, found::add);
    return found;
  }

  /** Opens the tables of the node 1, and offers its connections, which are returned. */
  private static Set<ConnectionEntry> openWithConnections(CommonTables tables, NodeId self)
      throws TablesException {
    tables.open(new Heard());
    Set<ConnectionEntry> own = new HashSet<>(TablesProcess.connections(1, self, 1));
    own.forEach(tables::offer);
    return own;
  }

  private static Set<NodeId> nodes(CommonTables tables) throws TablesException {
    Set<NodeId> found = new HashSet<>();
    tables.forEach(NodeEntry.class, entry -> found.add(entry.node()));
    return found;
  }

  @Test
  @DisplayName("LD-14 what belongs to a killed node goes, and its next life has its own")
  void survivesKills() throws Exception {
    Nodes place = new Nodes(directory.resolve("authority"));
    NodeId self = Entries.node(1);
    CommonTables tables =
        new TableService(self, settings(), place.store(1, self.incarnation(), settings()));
    Set<ConnectionEntry> own = openWithConnections(tables, self);
    try (TablesProcess second = TablesProcess.start(place, 2, 1);
        TablesProcess third = TablesProcess.start(place, 3, 1)) {
      Set<ConnectionEntry> rest = new HashSet<>(own);
      rest.addAll(second.connections());
      Set<ConnectionEntry> all = new HashSet<>(rest);
      all.addAll(third.connections());
      await("the connections of all", all, () -> connections(tables));
      await("two nodes", Set.of(second.life(), third.life()), () -> nodes(tables));

      third.kill();
      await("the connections of the others", rest, () -> connections(tables));
      await("one node", Set.of(second.life()), () -> nodes(tables));

      second.kill();
      try (TablesProcess next = TablesProcess.start(place, 2, 2)) {
        Set<ConnectionEntry> expected = new HashSet<>(own);
        expected.addAll(next.connections());
        await("those of the next life", expected, () -> connections(tables));
        await("the next life", Set.of(next.life()), () -> nodes(tables));
      }
    } finally {
      tables.close();
    }
  }

  @Test
  @DisplayName("LD-14 two kills in a row, faster than the table copies: the owner writes again")
  void survivesKillsInARow() throws Exception {
    Nodes place = new Nodes(directory.resolve("authority"));
    NodeId self = Entries.node(1);
    InfinispanStore store = place.store(1, self.incarnation(), settings());
    CommonTables tables = new TableService(self, settings(), store);
    Set<ConnectionEntry> own = openWithConnections(tables, self);
    try (TablesProcess second = TablesProcess.start(place, 2, 1);
        TablesProcess third = TablesProcess.start(place, 3, 1)) {
      Set<ConnectionEntry> all = new HashSet<>(own);
      all.addAll(second.connections());
      all.addAll(third.connections());
      await("the connections of all", all, () -> connections(tables));

      third.kill();
      await("a view of two", 2, () -> store.cache(Table.NODES).getRpcManager().getMembers().size());
      second.kill();
      await("the connections that are left", own, () -> connections(tables));
    } finally {
      tables.close();
    }
  }
}
