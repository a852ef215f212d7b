package dev.midstream.reassembly.flow;

import dev.midstream.reassembly.flow.ExpectedConnection.FirstSegment;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.wire.header.FrameView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The expectations that connections without a record have fulfilled, by the ends of these. If the
 * engine dies that opened one of them, its SYN comes again at another one, where the same
 * expectation decides it. Bounded: beyond the limit the client that has most loses one, of which it
 * is only known that it was opened. Part of an {@link ExpectationTable}.
 */
final class MetExpectations {
  /** Only the order of keys counts. */
  private static final KeyedHash ANY_HASH = new KeyedHash(new HashSeed(0, 0));

  private final Map<ConnectionKey, Met> all = new TreeMap<>(ConnectionKey.BY_ENDS);
  private final ClientCounts counts = new ClientCounts();
  private final ConnectionKey scratch = new ConnectionKey();
  private final int most;

  /**
   * What a connection has fulfilled.
   *
   * @param isShared whether other engines are told when it is in a record
   * @param isElsewhere whether another engine has opened it
   * @param isCounted whether it counts as one that is in a record, which may not be committed
   */
  private record Met(
      WaitingExpectation expectation, boolean isShared, boolean isElsewhere, boolean isCounted) {
    Met(WaitingExpectation expectation, boolean isShared, boolean isElsewhere) {
      this(expectation, isShared, isElsewhere, false);
    }

    ExpectedConnection expected() {
      return expectation.expected;
    }
  }

  /** Keeps up to {@code most} connections. */
  MetExpectations(int most) {
    this.most = most;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** The expectations, some of them more than once. */
  Collection<WaitingExpectation> expectations() {
    return all.values().stream().map(Met::expectation).toList();
  }

  /** Adds the connection between {@code ends}, which this engine has opened. */
  void addHere(ConnectionKey ends, WaitingExpectation fulfilled) {
    Met before = all.get(ends);
    if (before == null || before.expectation != fulfilled || before.isCounted) {
      fulfilled.unrecorded++;
      put(ends, new Met(fulfilled, !fulfilled.isOwn, false));
    }
  }

  /**
   * Adds the connection between {@code ends}, which another engine has opened.
   *
   * @return false if it is known already to fulfil the expectation
   */
  boolean addElsewhere(ConnectionKey ends, WaitingExpectation fulfilled) {
    Met before = all.get(ends);
    if (before != null && before.expectation == fulfilled) {
      return false;
    }
    fulfilled.unrecorded++;
    put(ends, new Met(fulfilled, true, before == null || before.isElsewhere));
    return true;
  }

  private void put(ConnectionKey ends, Met met) {
    remove(ends);
    if (all.size() >= most) {
      remove(counts.firstOfMost(all.entrySet(), each -> each.getValue().expected()).getKey());
    }
    all.put(ends, met);
    counts.add(met.expected());
  }

  /** What the connection between {@code ends} has fulfilled; null if it is in a record, or none. */
  @Nullable WaitingExpectation of(ConnectionKey ends) {
    Met met = all.get(ends);
    return met == null ? null : met.expectation;
  }

  /** Whether other engines are to be told when the connection between {@code ends} is recorded. */
  boolean isShared(ConnectionKey ends) {
    Met met = all.get(ends);
    return met != null && met.isShared;
  }

  /** Counts the connection between {@code ends} as one in a record; false if it is counted. */
  boolean count(ConnectionKey ends) {
    Met met = Objects.requireNonNull(all.get(ends));
    all.put(ends, new Met(met.expectation, met.isShared, met.isElsewhere, true));
    return !met.isCounted;
  }

  /** The connection between {@code ends} is in a record, or no concern of an expectation. */
  void remove(ConnectionKey ends) {
    Met removed = all.remove(ends);
    if (removed != null) {
      counts.remove(removed.expected());
    }
  }

  /**
   * What the connection of {@code view} fulfilled at another engine, which may have died; null if
   * nothing.
   *
   * @param first what its first segment shows
   */
  @Nullable WaitingExpectation elsewhere(FrameView view, FirstSegment first, long nowNanos) {
    Met met = all.isEmpty() ? null : all.get(scratch.set(view, ANY_HASH));
    return met != null
            && met.isElsewhere
            && met.expectation.endNanos > nowNanos
            && met.expectation.expected.firstSegment().equals(first)
        ? met.expectation
        : null;
  }

  /**
   * Notes that this engine opens the connection between {@code ends}.
   *
   * @return whether it has fulfilled {@code expectation} at another engine: it counts already
   */
  boolean takeFromElsewhere(ConnectionKey ends, WaitingExpectation expectation) {
    Met met = all.get(ends);
    if (met == null || met.expectation != expectation || !met.isElsewhere) {
      return false;
    }
    all.put(ends, new Met(expectation, true, false));
    return true;
  }

  /**
   * Counts the connections that have fulfilled the expectation of the same place for {@code
   * inherited}, which is the same one of an engine that died, as far as it expects so many.
   *
   * @return their ends
   */
  List<ConnectionKey> countFor(WaitingExpectation inherited) {
    List<ConnectionKey> moved = new ArrayList<>();
    for (Map.Entry<ConnectionKey, Met> each : all.entrySet()) {
      Met met = each.getValue();
      if (isOfPlace(met.expectation, inherited.expected)
          && !met.expectation.isReplaced()
          && !met.isCounted
          && !inherited.isMetBy(inherited.opened)) {
        inherited.opened++;
        inherited.unrecorded++;
        each.setValue(new Met(inherited, true, met.isElsewhere));
        moved.add(each.getKey().copy(true));
      }
    }
    return moved;
  }

  /** Another expectation has the place of what was fulfilled before. */
  void noteReplaced(WaitingExpectation added) {
    for (Met met : all.values()) {
      if (met.expectation != added && isOfPlace(met.expectation, added.expected)) {
        met.expectation.noteReplaced();
      }
    }
  }

  private static boolean isOfPlace(WaitingExpectation one, ExpectedConnection expected) {
    return one.expected.isSamePlace(expected);
  }

  /** Forgets what has expired. */
  void expire(long nowNanos) {
    if (!all.isEmpty()) {
      all.values().removeIf(met -> isOver(met, nowNanos));
    }
  }

  private boolean isOver(Met met, long nowNanos) {
    boolean isOver = met.expectation.endNanos <= nowNanos;
    if (isOver) {
      counts.remove(met.expected());
    }
    return isOver;
  }

  void clear() {
    all.clear();
    counts.clear();
  }
}
