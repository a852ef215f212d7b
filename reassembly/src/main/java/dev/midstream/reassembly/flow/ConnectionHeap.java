package dev.midstream.reassembly.flow;

/**
 * The heap that the connections of one engine take, against a limit. The octets that they keep, and
 * arrays that grow with what their ends send, are charged to the memory budget instead.
 */
public final class ConnectionHeap {
  /**
   * What an inspected connection takes at most: about 6,000 octets, and arrays at their base size.
   */
  public static final int INSPECTED_BYTES = 8_192;

  /**
   * What any other connection takes at most: one that is not inspected, refused or in time-wait.
   */
  public static final int OTHER_BYTES = 1_024;

  /** What the records of a half-open connection take, with one SYN of each end. */
  public static final int HALF_OPEN_BYTES = 256;

  /** The part of the limit that is for half-open connections. */
  private static final int HALF_OPEN_PART = 4;

  /** The part of the rest that parked connections leave to others. */
  private static final int UNPARKED_PART = 4;

  private final long limitBytes;
  private final long halfOpenBytes;
  private long usedBytes;
  private long parkedBytes;

  /** Allows {@code limitBytes}, a quarter of it for half-open connections. */
  public ConnectionHeap(long limitBytes) {
    halfOpenBytes = limitBytes / HALF_OPEN_PART;
    this.limitBytes = limitBytes - halfOpenBytes;
  }

  /**
   * Whether any connection may be added that is not half-open. Parked ones leave a quarter to those
   * that go on.
   */
  public boolean hasRoom() {
    return hasRoomToRestore() && parkedBytes <= limitBytes - limitBytes / UNPARKED_PART;
  }

  /** Whether a parked connection may go on. */
  public boolean hasRoomToRestore() {
    return usedBytes() <= limitBytes - INSPECTED_BYTES;
  }

  /** Whether one more half-open connection may be added to those of {@code cache}. */
  public boolean hasRoomForHalfOpen(SynCache cache) {
    return cache.size() < halfOpenBytes / HALF_OPEN_BYTES && hasRoomForRecords(cache);
  }

  /** Whether a connection of {@code cache} may have one more record. Records may be long. */
  public boolean hasRoomForRecords(SynCache cache) {
    return cache.usedBytes() < halfOpenBytes;
  }

  /** Charges {@code connection} for what it takes now. */
  public void update(Connection connection) {
    charge(connection, connection.heapBytes());
  }

  /** Cancels the charge of {@code connection}, which is over. */
  public void remove(Connection connection) {
    charge(connection, 0);
  }

  /** Forgets all connections, none of which may be used any more. */
  public void clear() {
    usedBytes = 0;
    parkedBytes = 0;
  }

  /** Octets that may be charged, for connections that are not half-open. */
  public long limitBytes() {
    return limitBytes;
  }

  /** Octets charged now, those of parked connections included. */
  public long usedBytes() {
    return usedBytes + parkedBytes;
  }

  /** Sets what all parked connections take together. */
  public void setParkedBytes(long bytes) {
    parkedBytes = bytes;
  }

  private void charge(Connection connection, int bytes) {
    usedBytes += bytes - connection.chargedBytes();
    connection.setChargedBytes(bytes);
  }
}
