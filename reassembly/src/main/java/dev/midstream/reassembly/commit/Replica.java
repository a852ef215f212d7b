package dev.midstream.reassembly.commit;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections of another engine, as it wrote them: of each the last whole record, and the steps
 * since. They stay octets until this engine goes on with one. Not thread-safe.
 */
public final class Replica {
  private final Map<Octets, List<Octets>> connections = new HashMap<>();

  /**
   * Adds a record. Those of one engine must come in its order.
   *
   * @throws MalformedState if the octets are no record, or it follows on none
   */
  public void apply(byte[] octets) {
    StateReader in = new StateReader(octets, 0, octets.length);
    int kind = in.octet();
    if (kind == RecordWriter.CLOSE_ALL) {
      connections.clear();
      return;
    }
    int from = octets.length - in.remaining();
    ConnectionSnapshot.readVersion(in);
    ConnectionKey.skip(in);
    Octets ends = endsAt(octets, from + 1, octets.length - in.remaining());
    switch (kind) {
      case RecordWriter.WHOLE -> {
        List<Octets> records = new ArrayList<>(1);
        records.add(part(octets, from, octets.length));
        connections.put(ends, records);
      }
      case RecordWriter.STEP -> {
        List<Octets> records = connections.get(ends);
        if (records == null) {
          throw new MalformedState("step without a record before");
        }
        records.add(part(octets, octets.length - in.remaining(), octets.length));
      }
      case RecordWriter.CLOSE -> connections.remove(ends);
      default -> throw new MalformedState("unknown kind of record: kind=" + kind);
    }
  }

  private static Octets endsAt(byte[] octets, int from, int to) {
    byte[] ends = Arrays.copyOfRange(octets, from, to);
    ends[0] &= ~1; // which of them is the client
    return Octets.of(ends);
  }

  private static Octets part(byte[] octets, int from, int to) {
    return Octets.of(Arrays.copyOfRange(octets, from, to));
  }

  /** Number of connections. */
  public int size() {
    return connections.size();
  }

  /** The octets that are kept. */
  public long bytes() {
    long bytes = 0;
    for (List<Octets> records : connections.values()) {
      for (Octets each : records) {
        bytes += each.length();
      }
    }
    return bytes;
  }

  /** The records of the connection of {@code key}, the whole one first; null if there are none. */
  public @Nullable List<StateReader> find(ConnectionKey key) {
    StateWriter ends = new StateWriter();
    key.write(ends);
    List<Octets> records = connections.get(endsAt(ends.memory(), 0, ends.length()));
    return records == null ? null : records.stream().map(Replica::reader).toList();
  }

  private static StateReader reader(Octets record) {
    byte[] octets = record.toArray();
    return new StateReader(octets, 0, octets.length);
  }
}
