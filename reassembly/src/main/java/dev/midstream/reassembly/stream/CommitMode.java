package dev.midstream.reassembly.stream;

/**
 * What waits until a record of it is committed, that is, kept by all engines that may go on with
 * the connection. In every mode but {@link #NONE} custody, and the acknowledgement of deleted
 * octets, wait: their sender forgets what it covers.
 */
public enum CommitMode {
  /** Nothing waits, and nothing is taken into custody that must survive this engine. */
  NONE(false, false, false),
  /** Records are written at intervals, of all that has changed since. */
  INTERVAL(false, false, false),
  /** Records are written with each change; nothing waits for them. */
  ON_CHANGE(false, false, false),
  /** Also the acknowledgement of octets that an agent decided, and inserted octets. */
  BEFORE_ACK(true, true, false),
  /** Also octets that an agent decided, before they leave for the first time. */
  STRICT(true, true, true);

  private final boolean delaysOpening;
  private final boolean delaysInsertions;
  private final boolean delaysOctets;

  CommitMode(boolean delaysOpening, boolean delaysInsertions, boolean delaysOctets) {
    this.delaysOpening = delaysOpening;
    this.delaysInsertions = delaysInsertions;
    this.delaysOctets = delaysOctets;
  }

  /**
   * The mode for a connection whose opening was not seen. The engine sends no acknowledgements of
   * its own on it, so none may wait: octets wait instead.
   */
  public CommitMode ofPickedUp() {
    return delaysAcknowledgements() ? STRICT : this;
  }

  /** Whether records are written at all. */
  public boolean writesRecords() {
    return this != NONE;
  }

  /** Whether only the first record of a connection is written at once. */
  public boolean writesAtIntervals() {
    return this == INTERVAL;
  }

  /** Whether the SYN-ACK waits for the record of the opening. */
  public boolean delaysOpening() {
    return delaysOpening;
  }

  /** Whether octets that no sender can repeat wait: insertions, and a FIN of the engine. */
  public boolean delaysInsertions() {
    return delaysInsertions;
  }

  /** Whether every decided octet, and the FIN, waits. */
  public boolean delaysOctets() {
    return delaysOctets;
  }

  /** Whether the acknowledgement of every decided octet waits, not only that of deleted ones. */
  public boolean delaysAcknowledgements() {
    return delaysInsertions;
  }
}
