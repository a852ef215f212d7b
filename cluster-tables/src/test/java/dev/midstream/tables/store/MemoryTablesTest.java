package dev.midstream.tables.store;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.TableSettings;
import dev.midstream.tables.TablesContract;
import java.util.HashMap;
import java.util.Map;

class MemoryTablesTest extends TablesContract {
  private final MemoryStore.Place place = new MemoryStore.Place();
  private final Map<Integer, NodeId> lives = new HashMap<>();

  @Override
  protected TableStore store(int number, NodeId life, TableSettings settings) {
    lives.put(number, life);
    return new MemoryStore(place, life.incarnation());
  }

  @Override
  protected void cut(int number) {
    NodeId life = lives.get(number);
    if (life != null) {
      place.cut(life.incarnation());
    }
  }

  @Override
  protected void heal() {
    place.heal();
  }
}
