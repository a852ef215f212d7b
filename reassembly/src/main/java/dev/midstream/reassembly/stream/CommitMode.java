package dev.midstream.reassembly.stream;

/**
 * What waits until a record of it is committed, that is, kept by all engines that may go on with
 * the connection. In every mode but {@link #NONE} custody and the acknowledgement of deleted octets
 * wait, because their sender forgets what it covers, and so do inserted octets, which no sender can
 * repeat, and each FIN: a receiver that has it may close, and its number alone does not tell it
 * from an octet.
 */
public enum CommitMode {
  /** Nothing waits, and nothing is taken into custody that must survive this engine. */
  NONE(false, false),
  /** Records are written at intervals, of all that has changed since. */
  INTERVAL(false, false),
  /** Records are written with each change. */
  ON_CHANGE(false, false),
  /** Also the acknowledgement of octets that an agent decided waits. */
  BEFORE_ACK(true, false),
  /** Also octets that an agent decided wait, before they leave for the first time. */
  STRICT(true, true);

  private final boolean delaysAcknowledgements;
  private final boolean delaysOctets;

  CommitMode(boolean delaysAcknowledgements, boolean delaysOctets) {
    this.delaysAcknowledgements = delaysAcknowledgements;
    this.delaysOctets = delaysOctets;
  }

  /**
   * The mode for one connection. Where acknowledgements wait, octets wait instead if another engine
   * may decide otherwise when their sender repeats them, or if the opening was not seen: then the
   * engine sends no acknowledgements of its own.
   */
  public CommitMode of(boolean replaysExactly, boolean isPickedUp) {
    return delaysAcknowledgements && (isPickedUp || !replaysExactly) ? STRICT : this;
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
    return delaysAcknowledgements;
  }

  /** Whether octets that no sender can repeat wait: insertions. */
  public boolean delaysInsertions() {
    return writesRecords();
  }

  /** Whether every decided octet waits. */
  public boolean delaysOctets() {
    return delaysOctets;
  }

  /** Whether the acknowledgement of every decided octet waits, not only that of deleted ones. */
  public boolean delaysAcknowledgements() {
    return delaysAcknowledgements;
  }
}
