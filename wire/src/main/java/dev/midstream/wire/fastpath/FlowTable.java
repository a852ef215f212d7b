package dev.midstream.wire.fastpath;

import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;

/**
 * The connections that the kernel forwards, each with one entry for each direction. Belongs to one
 * thread, but the kernel changes it at any time.
 */
public final class FlowTable {
  private final Linux linux;
  private final BpfRequest request;
  private final int map;

  FlowTable(Linux linux, int map) {
    this.linux = linux;
    this.map = map;
    request = new BpfRequest(linux);
  }

  /** A key to be set. */
  public FlowKey newKey() {
    return new FlowKey(linux.allocate(FlowKey.BYTES));
  }

  /** An entry to be begun, or read into. */
  public FlowEntry newEntry() {
    return new FlowEntry(linux.allocate(FlowEntry.BYTES));
  }

  /** Adds or replaces an entry; false if the table is full. */
  public boolean put(FlowKey key, FlowEntry entry) {
    return request.put(map, key.memory(), entry.memory()) >= 0;
  }

  /** Reads the entry of {@code key}; false if there is none. */
  public boolean read(FlowKey key, FlowEntry entry) {
    return request.find(map, key.memory(), entry.memory()) >= 0;
  }

  /** Reads the entry of {@code key} and removes it in one step; false if there is none. */
  public boolean take(FlowKey key, FlowEntry entry) {
    return request.take(map, key.memory(), entry.memory()) >= 0;
  }
}
