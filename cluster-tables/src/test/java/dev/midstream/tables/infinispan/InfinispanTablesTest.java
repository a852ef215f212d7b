package dev.midstream.tables.infinispan;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.TableSettings;
import dev.midstream.tables.TablesContract;
import dev.midstream.tables.store.TableStore;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jgroups.Address;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.ProtocolStack;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class InfinispanTablesTest extends TablesContract {
  @SuppressWarnings("NullAway.Init") // set before each test
  @TempDir
  private Path directory;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Nodes nodes;

  private final Map<Integer, InfinispanStore> stores = new HashMap<>();
  private final Map<Integer, DISCARD> cuts = new HashMap<>();

  @BeforeEach
  void makeNodes() {
    nodes = new Nodes(directory.resolve("authority"));
  }

  @Override
  protected TableStore store(int number, NodeId life, TableSettings settings) {
    InfinispanStore store = nodes.store(number, life.incarnation(), settings);
    stores.put(number, store);
    return store;
  }

  @Override
  protected void cut(int number) {
    stores.forEach((each, store) ->
        stores.forEach((other, otherStore) -> {
          if (!each.equals(other) && (each == number || other == number)) {
            ignore(each, store, otherStore.channel().getAddress());
          }
        }));
  }

  private void ignore(int number, InfinispanStore store, Address other) {
    cuts.computeIfAbsent(number, _ -> insertCut(store)).addIgnoreMember(other);
  }

  private static DISCARD insertCut(InfinispanStore store) {
    DISCARD discard = new DISCARD();
    try {
      store
          .channel()
          .getProtocolStack()
          .insertProtocol(discard, ProtocolStack.Position.ABOVE, TCP.class);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return discard;
  }

  @Override
  protected void heal() {
    for (DISCARD cut : cuts.values()) {
      stores.values().forEach(other -> cut.removeIgnoredMember(other.channel().getAddress()));
    }
  }
}
