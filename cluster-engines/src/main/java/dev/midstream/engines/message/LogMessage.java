package dev.midstream.engines.message;

import java.util.List;

/**
 * What owner and backups of a bucket say to each other. Each message may be lost, may be repeated
 * and may come late. The bucket, the epoch of the owner and the table {@code since} which a backup
 * keeps its replica name a stream of records.
 */
public sealed interface LogMessage {
  /**
   * The {@code since} of the stream in which an owner tells each member what its connections
   * expect. It has no base, and no table has this version.
   */
  long ANNOUNCEMENTS = Long.MAX_VALUE;

  /**
   * The {@code since} of the stream in which a node tells the owner of a bucket which connections
   * of it stay with that node. Its epoch is that of the owner. It has no base.
   */
  long STAYING_KEYS = Long.MAX_VALUE - 1;

  /**
   * The {@code since} of the stream of records of connections that stay with a node, to an owner of
   * their bucket which did not back it up when it was handed over. Its epoch is that of the owner.
   * Each further attempt with the same owner, which could not read the one before, has a {@code
   * since} that is one less.
   */
  long STAYING_LOG = Long.MAX_VALUE - 2;

  /** How many attempts there are with one owner after the first. */
  int MOST_STAYING_ATTEMPTS = 30;

  /** Whether a stream is of connections that stay with a node, as {@link #STAYING_LOG}. */
  static boolean isStayingLog(long since) {
    return since <= STAYING_LOG && since >= STAYING_LOG - MOST_STAYING_ATTEMPTS;
  }

  /** The bucket, 0 to 4,095. */
  int bucket();

  /** The epoch of the owner. */
  long epoch();

  /**
   * The owner appends records to the replica of a backup.
   *
   * @param first the number of the first record, from 1; the base comes first
   * @param baseEnd the number of the last record of the base; 0 if that is not written yet
   * @param records their octets, which must not change
   */
  record Append(int bucket, long epoch, long since, long first, long baseEnd, List<byte[]> records)
      implements LogMessage {
    /** Copies the list. */
    public Append {
      records = List.copyOf(records);
    }
  }

  /** The replica holds all records up to {@code number}; 0 if it holds none. */
  record Applied(int bucket, long epoch, long since, long number) implements LogMessage {}

  /** The sender wants to keep a replica. Repeated until it is {@link Counted}. */
  record BaseWanted(int bucket, long epoch, long since) implements LogMessage {}

  /**
   * The replica holds a base and all that the owner has released; from now on nothing is released
   * that it does not hold.
   */
  record Counted(int bucket, long epoch, long since) implements LogMessage {}

  /** The sender knows that the bucket has an owner with the later epoch {@code newer}. */
  record Refused(int bucket, long epoch, long newer) implements LogMessage {}
}
