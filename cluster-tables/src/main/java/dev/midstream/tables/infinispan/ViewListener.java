package dev.midstream.tables.infinispan;

import dev.midstream.tables.store.StoreListener;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachemanagerlistener.annotation.Merged;
import org.infinispan.notifications.cachemanagerlistener.annotation.ViewChanged;
import org.infinispan.notifications.cachemanagerlistener.event.ViewChangedEvent;

/** Hears which nodes are connected. Public, because Infinispan calls it by reflection. */
@Listener
public final class ViewListener {
  private final StoreListener listener;

  ViewListener(StoreListener listener) {
    this.listener = listener;
  }

  /** There is another view. */
  @ViewChanged
  @Merged
  public void onView(ViewChangedEvent event) {
    listener.onMembers(InfinispanStore.lives(event.getNewMembers()), event.isMergeView());
  }
}
