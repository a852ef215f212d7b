package dev.midstream.engines.log;

/** One backup of a log. */
final class LogCopy {
  final BackupStream stream;

  /** What to subtract from a number of the stream to get that of the log. */
  long offset;

  /** Whether nothing may leave before it has its base. */
  boolean holdsBack;

  /** Whether nothing is committed that this one does not hold. */
  boolean counts;

  /** Whether it was told that it counts. */
  boolean told;

  LogCopy(BackupStream stream) {
    this.stream = stream;
  }

  /** The last record of the log that it holds. */
  long applied() {
    return stream.applied() - offset;
  }
}
