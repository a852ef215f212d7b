package dev.midstream.reassembly.lifecycle;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Phase.Refused;
import dev.midstream.reassembly.flow.RecordMark;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.flow.SynCache;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.RttEstimator;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps half-open connections as records of their SYNs, so a SYN flood takes little memory (RFC
 * 4987). Before a packet of one is processed, the connection is restored: its SYNs are processed
 * once more, but nothing leaves and nothing is counted. If it is still half-open after the packet,
 * it is dropped again, and only the records stay.
 */
public final class HalfOpenConnections {
  private static final PacketOutput NO_OUTPUT = packet -> {};

  /** A SYN that arrived more often is processed twice: the second time ends measurements. */
  private static final int MAX_REPLAYS = 2;

  private final Vantage vantage;
  private final long openingNanos;
  private final RuleTable rules;
  private final CurrentConnection current;
  private final FlowTable flows;
  private final SynCache cache;
  private final Counters counters;
  private final ConnectionOpening opening;
  private final EvictionQueues evictions;
  private final CommitJournal journal;
  private final Consumer<Segment> path;
  private final SynRecorder recorder;
  private final Segment replayed = new Segment();
  private final SynCopy copy = new SynCopy();

  /** Creates the part; {@code path} processes the SYN of an inspected connection. */
  public HalfOpenConnections(
      EngineConfiguration configuration,
      CurrentConnection current,
      FlowTable flows,
      SynCache cache,
      RuleChoice choice,
      SynClassifier synClassifier,
      Counters counters,
      ConnectionOpening opening,
      EvictionQueues evictions,
      CommitJournal journal,
      Consumer<Segment> path) {
    vantage = configuration.vantage();
    openingNanos = configuration.timeouts().openingNanos();
    rules = configuration.rules();
    this.current = current;
    this.flows = flows;
    this.cache = cache;
    this.counters = counters;
    this.opening = opening;
    this.evictions = evictions;
    this.journal = journal;
    this.path = path;
    recorder = new SynRecorder(configuration, choice, synClassifier, cache, opening);
  }

  /** Whether a segment of {@code found}, null if it is unknown, may change any record. */
  public static boolean concerns(@Nullable Connection found, Segment segment) {
    return found == null || segment.view().isSyn() || found.state() == ConnectionState.OPENING;
  }

  /**
   * Copies the headers of a SYN, which its processing may change. To be called for each segment
   * that {@linkplain #concerns concerns} the records, before one of them is looked up.
   */
  public void begin(Segment segment) {
    cache.releaseUnused();
    recorder.begin(segment.view());
  }

  /** Whether a segment belongs to a half-open connection. */
  public boolean isKnown(Segment segment) {
    return cache.find(segment.key()) != SynCache.NONE;
  }

  /**
   * Whether a segment is the first one that answers a half-open connection, of which a record is
   * written then.
   */
  public boolean isAnsweredBy(Segment segment) {
    FrameView view = segment.view();
    int first = view.isSyn() ? cache.find(segment.key()) : SynCache.NONE;
    return first != SynCache.NONE
        && journal.isOn()
        && !cache.isRecorded(first)
        && rules.rule(cache.rule(first)).agent() != null
        && !isSameSource(cache.headers(first), view);
  }

  private static boolean isSameSource(FrameView syn, FrameView other) {
    return syn.sourcePort() == other.sourcePort()
        && syn.sourceHigh() == other.sourceHigh()
        && syn.sourceLow() == other.sourceLow();
  }

  /** Forgets the half-open connection of a segment, which must be known; returns its name. */
  public String drop(Segment segment) {
    int record = cache.find(segment.key());
    String name = cache.name(record);
    end(record);
    return name;
  }

  /** Restores the half-open connection of a segment; null if there is none. */
  public @Nullable Connection restore(Segment segment) {
    int record = cache.find(segment.key());
    if (record == SynCache.NONE) {
      return null;
    }
    segment.setHalfOpen(record, false);
    return restore(record);
  }

  /** Restores the connection of a record, which stays. */
  public Connection restore(int first) {
    counters.beginReplay();
    try {
      Connection connection = reopen(first);
      boolean isRepeated = false;
      int segments = 0;
      for (int record = first; record != SynCache.NONE; record = cache.following(record)) {
        int arrivals = cache.arrivals(record);
        isRepeated |= arrivals > 1 || ++segments > 2; // one of each end
        boolean isCompeting = cache.isCompeting(record);
        long laterNanos = cache.isRetransmitted(record) ? RttEstimator.MIN_SYN_TIMEOUT_NANOS : 0;
        for (int i = 0; i < Math.min(arrivals, MAX_REPLAYS); i++) {
          read(record); // processing changes the copy
          replay(connection, isCompeting, i * laterNanos);
        }
        for (int i = MAX_REPLAYS; i < arrivals; i++) {
          counters.count(repetition(connection));
        }
      }
      cache.restore(first, connection);
      if (cache.isRecorded(first)) {
        journal.resumeHalfOpen(connection);
        noteRecorded(connection, isRepeated);
      }
      return connection;
    } finally {
      counters.endReplay();
    }
  }

  /** The replay of one SYN of each end gives the headers that the record holds, and no more. */
  private static void noteRecorded(Connection connection, boolean isRepeated) {
    if (!isRepeated && connection.phase() instanceof Open) {
      Direction.BOTH.forEach(each -> connection.stream(each).headers().noteRecorded());
    }
  }

  /** Drops a restored connection without a change of its records. */
  public void release(Connection connection) {
    current.set(null);
    RecordMark.removeObject(connection);
    evictions.remove(connection);
    flows.remove(connection);
    connection.free();
  }

  /**
   * Stores a half-open connection after a segment, if its records hold everything that is known of
   * it. Otherwise its records are removed.
   *
   * @return whether it was stored; then the caller drops the connection
   */
  public boolean store(Segment segment, Connection connection, long nowNanos) {
    boolean isStored =
        !evictions.isDoubtful(connection) && recorder.record(segment, connection, nowNanos);
    if (isStored) {
      segment.setHalfOpen(SynCache.NONE, false);
    } else {
      discard(segment);
    }
    return isStored;
  }

  /** Removes the records from which the connection of a segment was restored, if there are any. */
  public void discard(Segment segment) {
    if (segment.halfOpen() != SynCache.NONE) {
      cache.remove(segment.halfOpen());
    }
    segment.setHalfOpen(SynCache.NONE, false);
  }

  /** When {@link #expire} is next due; {@link Long#MAX_VALUE} if nothing is half-open. */
  public long nextDueNanos() {
    return cache.oldest() == SynCache.NONE
        ? Long.MAX_VALUE
        : cache.lastNanos(cache.oldest()) + openingNanos;
  }

  /** Forgets the half-open connections whose time is over. */
  public void expire(long nowNanos) {
    if (nextDueNanos() > nowNanos) {
      return;
    }
    while (nextDueNanos() <= nowNanos) {
      counters.count(Reason.OPENING_TIMEOUT);
      end(cache.oldest());
    }
    cache.releaseUnused();
  }

  /** Removes a connection that is over. If the log has records of it, it is told so. */
  private void end(int connection) {
    if (cache.isRecorded(connection)) {
      journal.close(cache.keyCopy(connection));
    } else {
      journal.held().forget(cache.key(connection));
    }
    cache.remove(connection);
  }

  /** Notes that the log has records of none any more; returns of how many it had. */
  public int forgetRecords() {
    return cache.takeRecorded();
  }

  /**
   * Shows the ends of some connections that were answered to {@code observer}, as {@link
   * SynCache#visit} does.
   */
  public long visitAnswered(long place, Consumer<ConnectionKey> observer) {
    return cache.visit(
        place,
        each -> {
          if (cache.following(each) != SynCache.NONE) {
            observer.accept(cache.keyCopy(each));
          }
        });
  }

  /**
   * Shows a copy of the connection of {@code key} to {@code writer}, which may write it to the log,
   * if it is half-open still and in no record.
   */
  public void writeAgain(ConnectionKey key, Consumer<Connection> writer) {
    int known = cache.find(key);
    if (known != SynCache.NONE && !cache.isRecorded(known)) {
      Connection copy = restore(known);
      writer.accept(copy);
      cache.setRecorded(known, copy.record() != null);
      release(copy);
    }
  }

  /** Shows a copy of each connection that is half-open and in a record to {@code observer}. */
  public void showRecorded(Consumer<Connection> observer) {
    List<ConnectionKey> keys = new ArrayList<>();
    for (long place = 0; place < SynCache.END; ) {
      place = visitRecorded(place, keys::add);
    }
    for (ConnectionKey key : keys) {
      Connection copy = restore(cache.find(key));
      observer.accept(copy);
      release(copy);
    }
  }

  /** How many are in records of the log. */
  public int recorded() {
    return cache.recorded();
  }

  /** Whether the connection of {@code key} is half-open. */
  public boolean isKnown(ConnectionKey key) {
    return cache.find(key) != SynCache.NONE;
  }

  /** Whether the connection of {@code key} is half-open, and in a record of the log. */
  public boolean isRecorded(ConnectionKey key) {
    int known = cache.find(key);
    return known != SynCache.NONE && cache.isRecorded(known);
  }

  /** Shows the ends of some that are in records, as {@link SynCache#visit} does. */
  public long visitRecorded(long place, Consumer<ConnectionKey> observer) {
    return cache.visit(
        place,
        each -> {
          if (cache.isRecorded(each)) {
            observer.accept(cache.keyCopy(each));
          }
        });
  }

  /** Shows a copy of the connection of {@code key}, if it is half-open, and forgets that. */
  public void handOver(ConnectionKey key, Consumer<Connection> observer) {
    int known = cache.find(key);
    if (known != SynCache.NONE) {
      Connection copy = restore(known);
      observer.accept(copy);
      release(copy);
      cache.remove(cache.find(key));
    }
  }

  /** Removes the records of {@code connection}, if there are any. */
  public void forget(Connection connection) {
    cache.forget(connection);
  }

  /** Forgets all half-open connections. */
  public void clear() {
    cache.clear();
  }

  /**
   * Time of the last packet of the connection that is evicted first; {@link Long#MAX_VALUE} if none
   * may be evicted, as in a recording.
   */
  public long oldestNanos() {
    boolean evicts = vantage == Vantage.INLINE && cache.oldest() != SynCache.NONE;
    return evicts ? cache.lastNanos(cache.oldest()) : Long.MAX_VALUE;
  }

  /** Evicts a half-open connection if one may be, and returns its name. */
  public @Nullable String evictOldest() {
    if (oldestNanos() == Long.MAX_VALUE) {
      return null;
    }
    String name = cache.name(cache.oldest());
    end(cache.oldest());
    return name;
  }

  private Connection reopen(int first) {
    read(first);
    Connection connection =
        opening.reopen(replayed.key(), cache.isSentByClient(first), rules.rule(cache.rule(first)));
    evictions.add(connection, replayed.view());
    return connection;
  }

  private void replay(Connection connection, boolean isCompeting, long laterNanos) {
    FrameView syn = replayed.view();
    Direction direction = connection.directionOf(replayed.key());
    if (isCompeting) {
      counters.count(Reason.SYN_REPEATED);
      connection.handshakes().addCompeting(syn, direction);
      return;
    }
    opening.retakeHandshake(connection, direction, syn);
    if (connection.phase() instanceof Refused refused) {
      counters.count(refused.reason());
    }
    if (connection.isInspected()) {
      long nanos = syn.packet().timeNanos() + laterNanos;
      replayed.enter(connection, Integer.MAX_VALUE, nanos, NO_OUTPUT);
      path.accept(replayed);
    }
  }

  private static Reason repetition(Connection connection) {
    return connection.phase() instanceof Refused refused ? refused.reason() : Reason.SYN_REPEATED;
  }

  private void read(int record) {
    copy.capture(cache.headers(record));
    replayed.view().read(copy.packet());
    flows.find(replayed.view(), replayed.key());
  }
}
