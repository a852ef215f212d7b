package dev.midstream.reassembly.commit;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionSnapshot;
import dev.midstream.reassembly.flow.KeyedHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The connections of another engine, as it wrote them: of each the last whole record, and the steps
 * since, and what their agents expect. They stay octets until this engine goes on with one. Not
 * thread-safe.
 */
public final class Replica {
  private final Map<Octets, List<KeptRecord>> connections = new LinkedHashMap<>();

  /** Records that count when the last one of their connection has come. */
  private final Map<Octets, List<KeptRecord>> incomplete = new HashMap<>();

  private final Set<Octets> owed = new LinkedHashSet<>();
  private final ReplicatedExpectations expectations = new ReplicatedExpectations();
  private boolean handedOver;

  /**
   * Adds a record. Those of one engine must come in its order.
   *
   * @param octets are not copied
   * @param nowNanos the present time of the engine that may go on
   * @throws MalformedState if the octets are no record, or it follows on none
   */
  public void apply(byte[] octets, long nowNanos) {
    StateReader in = new StateReader(octets, 0, octets.length);
    int kind = in.octet();
    if (kind == RecordWriter.CLOSE_ALL) {
      clear();
      return;
    }
    if (kind == RecordWriter.EXPECTED || kind == RecordWriter.UNEXPECTED) {
      ConnectionSnapshot.readVersion(in);
      expectations.apply(in, kind == RecordWriter.EXPECTED, nowNanos);
      return;
    }
    KeptRecord kept = KeptRecord.of(octets, in, nowNanos);
    Octets ends = readEnds(in);
    boolean hasMore = (kind & RecordWriter.MORE) != 0;
    switch (kind & ~RecordWriter.MARKS) {
      case RecordWriter.WHOLE -> {
        incomplete.remove(ends);
        (hasMore ? incomplete : connections).put(ends, new ArrayList<>(List.of(kept)));
      }
      case RecordWriter.STEP -> addStep(ends, kept, hasMore);
      case RecordWriter.CLOSE -> {
        connections.remove(ends);
        incomplete.remove(ends);
        expectations.endOf(ends);
      }
      default -> throw new MalformedState("unknown kind of record: kind=" + kind);
    }
    if (hasMore) {
      return;
    }
    if ((kind & RecordWriter.OWED) != 0 && connections.containsKey(ends)) {
      owed.add(ends);
    } else {
      owed.remove(ends);
    }
  }

  /**
   * The connection that a record tells of, with a hash of {@code hashes}; null if it is of none.
   */
  public static @Nullable ConnectionKey keyOf(byte[] octets, KeyedHash hashes) {
    StateReader in = new StateReader(octets, 0, octets.length);
    int kind = in.octet();
    if (kind == RecordWriter.CLOSE_ALL
        || kind == RecordWriter.EXPECTED
        || kind == RecordWriter.UNEXPECTED) {
      return null;
    }
    KeptRecord.of(octets, in, 0);
    ConnectionSnapshot.readVersion(in);
    return new ConnectionKey().read(in, hashes);
  }

  private void addStep(Octets ends, KeptRecord step, boolean hasMore) {
    List<KeptRecord> begun = incomplete.get(ends);
    List<KeptRecord> records = begun == null ? connections.get(ends) : begun;
    if (records == null) {
      throw new MalformedState("step without a record before");
    }
    if (!records.getFirst().isRestOld()) {
      records.set(0, records.getFirst().withOldRest());
    }
    records.add(step);
    if (begun != null && !hasMore) {
      incomplete.remove(ends);
      connections.put(ends, begun);
    }
  }

  /**
   * Notes that the engine has handed its connections over: nothing happened to them since its last
   * records. Otherwise it has died.
   */
  public void noteHandedOver() {
    handedOver = true;
  }

  /** Forgets all connections, and what they expect. */
  public void clear() {
    connections.clear();
    incomplete.clear();
    owed.clear();
    expectations.clear();
  }

  /** Reads the version and the ends after the kind of a record; returns these, as they are kept. */
  private static Octets readEnds(StateReader in) {
    ConnectionSnapshot.readVersion(in);
    int before = in.remaining();
    byte[] octets = in.memory();
    int from = octets.length - before;
    ConnectionKey.skip(in);
    return endsOf(octets, from, from + before - in.remaining());
  }

  static Octets endsOf(byte[] octets, int from, int to) {
    byte[] ends = Arrays.copyOfRange(octets, from, to);
    ends[0] &= ~1; // which of them is the client
    return Octets.of(ends);
  }

  /** Number of connections. */
  public int size() {
    return connections.size();
  }

  /** The ends of all connections, each as {@link ConnectionKey#read} takes them. */
  public List<Octets> ends() {
    return List.copyOf(connections.keySet());
  }

  /**
   * Whether there are records of a connection.
   *
   * @param octets begin with its ends, as {@link ConnectionKey#write} wrote them
   */
  public boolean isKnown(byte[] octets) {
    StateReader in = new StateReader(octets, 0, octets.length);
    ConnectionKey.skip(in);
    return connections.containsKey(endsOf(octets, 0, octets.length - in.remaining()));
  }

  /** The octets that are kept. */
  public long bytes() {
    return Stream.concat(connections.values().stream(), incomplete.values().stream())
        .flatMap(Collection::stream)
        .mapToLong(KeptRecord::length)
        .sum();
  }

  /** The records of the connection of {@code key}, the whole one first; null if there are none. */
  public @Nullable List<KeptRecord> find(ConnectionKey key) {
    return connections.get(endsOf(key));
  }

  /**
   * Removes what the connections expect and passes each to {@code taker}, as {@link
   * dev.midstream.reassembly.flow.ExpectationCodec} wrote it, with the time since.
   */
  public void takeExpectations(long nowNanos, ReplicatedExpectations.Taker taker) {
    expectations.takeAll(nowNanos, taker);
  }

  /** Removes the connection of {@code key} and returns its records; null if there are none. */
  public @Nullable List<KeptRecord> take(ConnectionKey key) {
    Octets ends = endsOf(key);
    owed.remove(ends);
    return connections.remove(ends);
  }

  private static Octets endsOf(ConnectionKey key) {
    StateWriter ends = new StateWriter();
    key.write(ends);
    return endsOf(ends.memory(), 0, ends.length());
  }

  /**
   * Removes the next connection and returns its records; null if there is none. First come those
   * whose engine owed octets to one of their ends.
   */
  public @Nullable List<KeptRecord> takeNext() {
    if (connections.isEmpty()) {
      return null;
    }
    Octets ends = (owed.isEmpty() ? connections.keySet() : owed).iterator().next();
    owed.remove(ends);
    return connections.remove(ends);
  }

  /** Shows the records of each connection to {@code observer}, the whole one first. */
  public void forEach(Consumer<List<KeptRecord>> observer) {
    connections.values().forEach(observer);
  }

  /** Moves the connections of {@code other} to this one, which keeps those that it has already. */
  public void takeAll(Replica other) {
    if (!other.handedOver) {
      other.connections.values().forEach(each -> each.set(0, each.getFirst().withOldRest()));
    }
    other.owed.removeAll(connections.keySet());
    owed.addAll(other.owed);
    other.connections.forEach(connections::putIfAbsent);
    expectations.addAll(other.expectations);
    other.clear();
  }

  /** The records of a connection as {@link ConnectionSnapshot#read} takes them. */
  public static List<StateReader> readers(List<KeptRecord> records, long nowNanos) {
    List<StateReader> readers = new ArrayList<>(records.size());
    for (KeptRecord each : records) {
      StateReader in = each.reader(nowNanos);
      if (!readers.isEmpty()) {
        readEnds(in);
      }
      readers.add(in);
    }
    return readers;
  }
}
