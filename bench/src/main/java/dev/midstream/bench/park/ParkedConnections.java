package dev.midstream.bench.park;

import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.flow.RecordIndex;
import dev.midstream.reassembly.park.RecordLog;
import dev.midstream.reassembly.rule.HashSeed;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Records of connections in a log and its index. A record begins with 13 octets of key. */
final class ParkedConnections {
  private static final int KEY_BYTES = 13;
  private static final int MIN_BYTES = 48;
  private static final int MAX_BYTES = 160;
  private static final int PORT = 80;
  private static final byte IPV4 = 4;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final RecordIndex index = new RecordIndex();
  private final RecordLog log = new RecordLog(this::move);
  private final KeyedHash hashes = new KeyedHash(new HashSeed(1, 2));
  private final RecordIndex.Keys<ParkedConnections> keys = ParkedConnections::hasKey;
  private final byte[] octets = new byte[MAX_BYTES];

  /** The key that is looked up. */
  private long addresses;

  private int ports;
  private int hash;

  /** Adds connections with the numbers from 0 on. */
  ParkedConnections(int count) {
    for (int number = 0; number < count; number++) {
      setKey(number);
      add(number);
    }
  }

  /** Makes the key of a connection and its hash, which is returned, and finds nothing. */
  int setKey(long number) {
    addresses = mix(number);
    ports = (int) number << 16 | PORT;
    hash = hashOf(addresses, ports);
    return hash;
  }

  /** The record of a connection. */
  int find(int number) {
    setKey(number);
    return index.find(hash, this, keys);
  }

  /** The first record with the hash of a connection, which is read nowhere else. */
  int findHash(int number) {
    setKey(number);
    return index.findHash(hash);
  }

  /**
   * Reads the slots of the index and then the records of as many connections as {@code places} has
   * room for, so that they are in the caches.
   *
   * @param places where the records are noted
   * @return a number that depends on all that was read
   */
  int readAhead(int[] numbers, int[] places) {
    for (int i = 0; i < places.length; i++) {
      places[i] = setKey(numbers[i]);
    }
    for (int i = 0; i < places.length; i++) {
      places[i] = index.findHash(places[i]);
    }
    int sum = 0;
    for (int place : places) {
      sum += place == RecordIndex.NONE ? 0 : log.chunk(place)[log.offset(place)];
    }
    return sum;
  }

  /** Removes the record of a connection, and adds one of another length. */
  int replace(int number) {
    int record = find(number);
    index.remove(record, hash);
    log.remove(record);
    add(number ^ record);
    return record;
  }

  private void add(int seed) {
    LONG.set(octets, 0, addresses);
    INT.set(octets, Long.BYTES, ports);
    octets[KEY_BYTES - 1] = IPV4;
    int length = MIN_BYTES + (int) (mix(seed) >>> 32) % (MAX_BYTES - MIN_BYTES + 1);
    index.add(log.add(octets, 0, length), hash);
  }

  private int hashOf(long addresses, int ports) {
    return hashes.of(addresses, (long) ports << 32 | IPV4) | 1;
  }

  private void move(int from, int to) {
    byte[] chunk = log.chunk(to);
    int at = log.offset(to);
    int moved = hashOf((long) LONG.get(chunk, at), (int) INT.get(chunk, at + Long.BYTES));
    index.replace(from, to, moved);
  }

  private boolean isAt(int record) {
    byte[] chunk = log.chunk(record);
    int at = log.offset(record);
    return (long) LONG.get(chunk, at) == addresses
        && (int) INT.get(chunk, at + Long.BYTES) == ports
        && chunk[at + KEY_BYTES - 1] == IPV4;
  }

  private static boolean hasKey(int record, ParkedConnections connections) {
    return connections.isAt(record);
  }

  private static long mix(long number) {
    long mixed = (number + 1) * 0x9e3779b97f4a7c15L;
    return ((mixed ^ (mixed >>> 29)) * 0xbf58476d1ce4e5b9L) >>> 1;
  }
}
