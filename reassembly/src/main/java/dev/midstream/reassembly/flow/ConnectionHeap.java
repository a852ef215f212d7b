package dev.midstream.reassembly.flow;

/**
 * The connections of one engine and the heap that they take, with what waits for their records,
 * against the limits of the {@link ConnectionPool} that it shares with other engines. The octets
 * that connections keep, and arrays that grow with what their ends send, are charged to the memory
 * budget instead.
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

  /** The part of the limit that parked connections leave to others. */
  private static final int UNPARKED_PART = 4;

  /**
   * The part of the limit that may wait for records before nothing is added that can be refused.
   */
  private static final int WAITING_PART = 8;

  private final ConnectionPool pool;
  private final ConnectionCharge sum;
  private final ConnectionCharge own = new ConnectionCharge();
  private Neighbour engine = Neighbour.NONE;

  /** What another engine may ask of the one whose heap this is. */
  public interface Neighbour {
    /** An engine that gives nothing. */
    Neighbour NONE =
        new Neighbour() {
          @Override
          public boolean hasCandidate() {
            return false;
          }

          @Override
          public boolean giveRoom(long nowNanos) {
            return false;
          }
        };

    /** Whether it has a connection that may be evicted. */
    boolean hasCandidate();

    /** Evicts or parks connections; returns whether there was one. */
    boolean giveRoom(long nowNanos);
  }

  /** Allows {@code limitBytes}, a quarter of it for half-open connections. */
  public ConnectionHeap(long limitBytes) {
    this(new ConnectionPool(Integer.MAX_VALUE, limitBytes));
  }

  /** An engine without connections within {@code pool}. */
  public ConnectionHeap(ConnectionPool pool) {
    this.pool = pool;
    sum = pool.sum();
  }

  /** Sets what other engines ask. */
  public void setNeighbour(Neighbour other) {
    engine = other;
  }

  /** Whether the tables may take one more connection, of any kind. */
  public boolean hasRoomInTables() {
    return !pool.isFull();
  }

  /**
   * Whether any connection may be added that is not half-open. Parked ones leave a quarter to those
   * that go on.
   */
  public boolean hasRoom() {
    return hasRoomToRestore() && sum.parkedBytes <= limitBytes() - limitBytes() / UNPARKED_PART;
  }

  /** Whether a parked connection may go on. */
  public boolean hasRoomToRestore() {
    return sum.usedBytes() <= limitBytes() - INSPECTED_BYTES;
  }

  /** Whether one more half-open connection may be added. */
  public boolean hasRoomForHalfOpen() {
    return sum.halfOpen < pool.halfOpenBytes() / HALF_OPEN_BYTES && hasRoomForRecords();
  }

  /** Whether a half-open connection may have one more record. Records may be long. */
  public boolean hasRoomForRecords() {
    return sum.halfOpenBytes < pool.halfOpenBytes();
  }

  /** Whether more may wait for records: less than a part of the limit does. */
  public boolean hasRoomToWait() {
    return sum.waitingBytes <= limitBytes() / WAITING_PART;
  }

  /** Charges octets of what waits for records; negative for a refund. */
  public void chargeWaiting(long bytes) {
    own.waitingBytes += bytes;
    sum.waitingBytes += bytes;
  }

  /** Octets charged now for what waits for records of this engine. */
  public long waitingBytes() {
    return own.waitingBytes;
  }

  /** Whether another engine has a connection that may be evicted. */
  public boolean hasCandidateElsewhere() {
    return pool.isAnyOther(this, other -> other.engine.hasCandidate());
  }

  /** Makes another engine evict or park connections; returns whether one did. */
  public boolean makeRoomElsewhere(long nowNanos) {
    return pool.isAnyOther(this, other -> other.engine.giveRoom(nowNanos));
  }

  /** Charges {@code connection} for what it takes now. */
  public void update(Connection connection) {
    charge(connection, connection.heapBytes());
  }

  /** Cancels the charge of {@code connection}, which is over. */
  public void remove(Connection connection) {
    charge(connection, 0);
  }

  /** Cancels all charges. The tables count their connections themselves. */
  public void clear() {
    sum.tabledBytes -= own.tabledBytes;
    own.tabledBytes = 0;
  }

  /** Octets that may be charged, for connections that are not half-open. */
  public long limitBytes() {
    return pool.limitBytes();
  }

  /** Octets charged now for this engine: also parked connections, and what waits for records. */
  public long usedBytes() {
    return own.usedBytes();
  }

  /** Number of connections of this engine. */
  public int connections() {
    return own.connections();
  }

  /** Sets how many connections are parked, and what they take together. */
  public void setParked(int connections, long bytes) {
    int more = connections - own.parked;
    own.parked += more;
    sum.parked += more;
    sum.parkedBytes += bytes - own.parkedBytes;
    own.parkedBytes = bytes;
    list(more);
  }

  /** Sets how many connections are half-open, and what their records take. */
  void setHalfOpen(int connections, long bytes) {
    int more = connections - own.halfOpen;
    own.halfOpen += more;
    sum.halfOpen += more;
    sum.halfOpenBytes += bytes - own.halfOpenBytes;
    own.halfOpenBytes = bytes;
    list(more);
  }

  /** Notes that there are so many more connections that are neither. */
  void countTabled(int more) {
    own.tabled += more;
    sum.tabled += more;
    list(more);
  }

  private void list(int more) {
    if (more > 0 && own.connections() == more) {
      pool.add(this);
    } else if (more < 0 && own.connections() == 0) {
      pool.remove(this);
    }
  }

  private void charge(Connection connection, int bytes) {
    int more = bytes - connection.chargedBytes();
    own.tabledBytes += more;
    sum.tabledBytes += more;
    connection.setChargedBytes(bytes);
  }
}
