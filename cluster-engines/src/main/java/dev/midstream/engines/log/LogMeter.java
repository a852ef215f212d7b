package dev.midstream.engines.log;

/** Counts what the logs of the buckets of a node do, for operators. Called by all its workers. */
public interface LogMeter {
  /** Counts nothing. */
  LogMeter NONE =
      new LogMeter() {
        @Override
        public void append(int bytes) {}

        @Override
        public void addWaiting(long change) {}

        @Override
        public void committed(long nanos) {}

        @Override
        public void refused() {}
      };

  /** A log has a record more, of so many octets. */
  void append(int bytes);

  /** The number of records that are not committed yet has changed. */
  void addWaiting(long change);

  /** A record was committed so long after it was sent; of each log this says one at a time. */
  void committed(long nanos);

  /** Another node has refused the records of a log, because its bucket has a later owner. */
  void refused();
}
