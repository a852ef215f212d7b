package dev.midstream.tables.infinispan;

import dev.midstream.tables.store.StoreListener;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.infinispan.distribution.ch.ConsistentHash;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachelistener.annotation.TopologyChanged;
import org.infinispan.notifications.cachelistener.event.TopologyChangedEvent;
import org.infinispan.remoting.transport.Address;

/**
 * Hears when all nodes that had a part of the connections are gone. That may happen to any two
 * nodes that die one after the other: their part needs time to be copied to others. Public, because
 * Infinispan calls it by reflection.
 */
@Listener(observation = Listener.Observation.POST)
public final class LossListener {
  private final StoreListener listener;

  LossListener(StoreListener listener) {
    this.listener = listener;
  }

  /** Segments of the table have other owners. */
  @TopologyChanged
  public void onTopology(TopologyChangedEvent<byte[], byte[]> event) {
    ConsistentHash before = event.getReadConsistentHashAtStart();
    ConsistentHash after = event.getWriteConsistentHashAtEnd();
    if (before != null && after != null && isLost(before, Set.copyOf(after.getMembers()))) {
      listener.onLoss();
    }
  }

  private static boolean isLost(ConsistentHash before, Set<Address> members) {
    for (int segment = 0; segment < before.getNumSegments(); segment++) {
      List<Address> owners = before.locateOwnersForSegment(segment);
      if (Collections.disjoint(owners, members)) {
        return true;
      }
    }
    return false;
  }
}
