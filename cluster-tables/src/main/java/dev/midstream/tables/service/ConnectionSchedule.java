package dev.midstream.tables.service;

import dev.midstream.tables.TableSettings;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SequencedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which connections of this node are to be written into the table, and which removed, and when. Has
 * no clock. Not thread-safe.
 *
 * <pre>
 *   not written             due at its age of 1 s
 *   written, phase changed  due when that was offered
 *   written, other change   due 10 s after it was written
 *   written, no change      due when half of its life in the table is over
 * </pre>
 */
final class ConnectionSchedule {
  private static final long RETRY_NANOS = 1_000_000_000;
  private static final Comparator<Tracked> BY_DUE_TIME =
      Comparator.<Tracked>comparingLong(each -> each.dueNanos)
          .thenComparingLong(each -> each.number);

  private final TableSettings settings;
  private final Map<ConnectionKey, Tracked> tracked = new HashMap<>();
  private final NavigableSet<Tracked> due = new TreeSet<>(BY_DUE_TIME);
  private final SequencedSet<ConnectionKey> removals = new LinkedHashSet<>();
  private final SequencedSet<ConnectionKey> again = new LinkedHashSet<>();
  private final Map<Integer, Long> released = new HashMap<>();
  private long numbers;
  private long untracked;

  ConnectionSchedule(TableSettings settings) {
    this.settings = settings;
  }

  /** A connection of this node. */
  private static final class Tracked {
    private final ConnectionKey key;
    private final long number;
    private final long firstNanos;
    private ConnectionEntry entry;
    private @Nullable ConnectionEntry written;
    private long offeredNanos;
    private long phaseNanos;
    private long writtenNanos;
    private long dueNanos;

    Tracked(ConnectionEntry entry, long number, long nowNanos) {
      key = entry.key();
      this.entry = entry;
      this.number = number;
      firstNanos = nowNanos;
      offeredNanos = nowNanos;
    }
  }

  /** A connection looks like this. */
  void offer(ConnectionEntry entry, long nowNanos) {
    if (entry.epoch() <= released.getOrDefault(entry.bucket(), -1L)) {
      return;
    }
    Tracked one = tracked.get(entry.key());
    if (one == null) {
      add(entry, nowNanos);
      return;
    }
    if (one.entry.phase() != entry.phase()) {
      one.phaseNanos = nowNanos;
    }
    one.entry = entry;
    one.offeredNanos = nowNanos;
    schedule(one);
  }

  private void add(ConnectionEntry entry, long nowNanos) {
    if (tracked.size() >= settings.maxTracked()) {
      untracked++;
      return;
    }
    Tracked one = new Tracked(entry, numbers++, nowNanos);
    tracked.put(one.key, one);
    schedule(one);
  }

  private void schedule(Tracked one) {
    scheduleAt(one, dueNanos(one));
  }

  private void scheduleAt(Tracked one, long nanos) {
    due.remove(one);
    one.dueNanos = nanos;
    due.add(one);
  }

  private long dueNanos(Tracked one) {
    ConnectionEntry written = one.written;
    if (written == null) {
      return one.firstNanos + settings.times().age().toNanos();
    }
    if (written.phase() != one.entry.phase()) {
      return one.phaseNanos;
    }
    return one.entry.equals(written)
        ? one.writtenNanos + settings.times().life().toNanos() / 2
        : one.writtenNanos + settings.times().refresh().toNanos();
  }

  /** A connection has ended. */
  void end(ConnectionKey key) {
    Tracked one = tracked.remove(key);
    if (one != null) {
      due.remove(one);
      if (one.written != null) {
        removals.add(key);
      }
    }
  }

  /** The table may have lost connections: all that were written are written again. */
  void writeAgain() {
    for (Tracked one : tracked.values()) {
      if (one.written != null) {
        again.add(one.key);
      }
    }
  }

  /** Connections that the table may have lost. */
  List<ConnectionEntry> takeAgain(int max) {
    List<ConnectionEntry> taken = new ArrayList<>();
    while (taken.size() < max && !again.isEmpty()) {
      Tracked one = tracked.get(again.removeFirst());
      if (one != null && one.written != null) {
        taken.add(one.written);
      }
    }
    return taken;
  }

  /** Another node owns a bucket; this one did so under {@code epoch}. */
  void release(int bucket, long epoch) {
    released.merge(bucket, epoch, Math::max);
    for (Iterator<Tracked> each = tracked.values().iterator(); each.hasNext(); ) {
      Tracked one = each.next();
      if (one.entry.bucket() == bucket && one.entry.epoch() <= epoch) {
        each.remove();
        due.remove(one);
      }
    }
    removals.removeIf(key -> key.bucket() == bucket);
  }

  /** Ends connections that were not offered for long. */
  void forget(long nowNanos) {
    long forgetNanos = settings.times().forget().toNanos();
    List<ConnectionKey> silent =
        tracked.values().stream()
            .filter(one -> nowNanos - one.offeredNanos >= forgetNanos)
            .map(one -> one.key)
            .toList();
    silent.forEach(this::end);
  }

  /**
   * Connections that are to be written now, the one that has waited longest first. They count as
   * written.
   */
  List<ConnectionEntry> takeDue(int max, long nowNanos) {
    List<ConnectionEntry> taken = new ArrayList<>();
    while (taken.size() < max && !due.isEmpty() && due.first().dueNanos <= nowNanos) {
      Tracked one = due.first();
      one.written = one.entry;
      one.writtenNanos = nowNanos;
      schedule(one);
      removals.remove(one.key);
      taken.add(one.entry);
    }
    return taken;
  }

  /** Those that were taken last could not be written: they are due again a second later. */
  void failed(List<ConnectionEntry> entries, long nowNanos) {
    for (ConnectionEntry entry : entries) {
      Tracked one = tracked.get(entry.key());
      if (one != null) {
        scheduleAt(one, nowNanos + RETRY_NANOS);
      }
    }
  }

  /** Connections that are to be removed from the table. */
  List<ConnectionKey> takeRemovals(int max) {
    List<ConnectionKey> taken = new ArrayList<>();
    while (taken.size() < max && !removals.isEmpty()) {
      taken.add(removals.removeFirst());
    }
    return taken;
  }

  /** Those could not be removed: they are repeated, unless they were written anew. */
  void failedRemovals(List<ConnectionKey> keys) {
    for (ConnectionKey key : keys) {
      Tracked one = tracked.get(key);
      boolean isRoom = removals.size() < settings.maxTracked();
      if (isRoom && (one == null || one.written == null)) {
        removals.add(key);
      }
    }
  }

  /** Ends all connections. */
  void endAll() {
    List.copyOf(tracked.keySet()).forEach(this::end);
  }

  int size() {
    return tracked.size();
  }

  long untracked() {
    return untracked;
  }
}
