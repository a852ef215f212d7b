package dev.midstream.tables.infinispan;

import dev.midstream.tables.entry.Table;
import dev.midstream.tables.store.StoreListener;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryCreated;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryExpired;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryModified;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryRemoved;
import org.infinispan.notifications.cachelistener.event.CacheEntryCreatedEvent;
import org.infinispan.notifications.cachelistener.event.CacheEntryEvent;
import org.infinispan.notifications.cachelistener.event.CacheEntryExpiredEvent;
import org.infinispan.notifications.cachelistener.event.CacheEntryModifiedEvent;
import org.infinispan.notifications.cachelistener.event.CacheEntryRemovedEvent;

/**
 * Hears of the entries of a replicated table. Public, because Infinispan calls it by reflection.
 */
@Listener(observation = Listener.Observation.POST)
public final class EntryListener {
  private final Table table;
  private final StoreListener listener;

  EntryListener(Table table, StoreListener listener) {
    this.table = table;
    this.listener = listener;
  }

  /** An entry is there. */
  @CacheEntryCreated
  public void onCreated(CacheEntryCreatedEvent<byte[], byte[]> event) {
    stored(event);
  }

  /** An entry changed. */
  @CacheEntryModified
  public void onModified(CacheEntryModifiedEvent<byte[], byte[]> event) {
    stored(event);
  }

  private void stored(CacheEntryEvent<byte[], byte[]> event) {
    if (event.getValue() != null) {
      listener.onStored(table, event.getKey(), event.getValue());
    }
  }

  /** An entry is gone. */
  @CacheEntryRemoved
  public void onRemoved(CacheEntryRemovedEvent<byte[], byte[]> event) {
    listener.onRemoved(table, event.getKey());
  }

  /** The time of an entry is over. */
  @CacheEntryExpired
  public void onExpired(CacheEntryExpiredEvent<byte[], byte[]> event) {
    listener.onRemoved(table, event.getKey());
  }
}
