package dev.midstream.tables.infinispan;

import dev.midstream.tables.store.StoreListener;
import java.util.List;
import java.util.stream.Collectors;
import org.infinispan.manager.EmbeddedCacheManager;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachemanagerlistener.annotation.Merged;
import org.infinispan.notifications.cachemanagerlistener.annotation.ViewChanged;
import org.infinispan.notifications.cachemanagerlistener.event.ViewChangedEvent;
import org.infinispan.remoting.transport.Address;

/** Hears which nodes are connected. Public, because Infinispan calls it by reflection. */
@Listener
public final class ViewListener {
  private final EmbeddedCacheManager manager;
  private final StoreListener listener;

  ViewListener(EmbeddedCacheManager manager, StoreListener listener) {
    this.manager = manager;
    this.listener = listener;
  }

  /** Tells of the first view. A view that comes meanwhile is told of later. */
  synchronized void begin() {
    tell(manager.getMembers(), /* isMerge= */ false);
  }

  /** There is another view. */
  @ViewChanged
  @Merged
  public synchronized void onView(ViewChangedEvent event) {
    tell(event.getNewMembers(), event.isMergeView());
  }

  private void tell(List<Address> members, boolean isMerge) {
    listener.onMembers(
        members.stream().map(Address::getNodeUUID).collect(Collectors.toUnmodifiableSet()),
        isMerge);
  }
}
