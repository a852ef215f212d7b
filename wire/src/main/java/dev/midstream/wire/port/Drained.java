package dev.midstream.wire.port;

/**
 * What is done on a port's thread at a moment at which no frame waits for the box; or at any other,
 * if it cannot wait any longer.
 */
public interface Drained {
  /** Nothing is done. */
  Drained NOTHING =
      new Drained() {
        @Override
        public boolean isUrgent() {
          return false;
        }

        @Override
        public boolean isDue() {
          return false;
        }

        @Override
        public boolean isOverdue(long nowNanos) {
          return false;
        }

        @Override
        public void run(long nowNanos) {}
      };

  /**
   * Whether {@link #run}, which is due, comes before all frames that wait, however long they have:
   * frames may be lost until then. Asked often.
   */
  boolean isUrgent();

  /** Whether {@link #run} waits for such a moment. Asked often. */
  boolean isDue();

  /** Whether {@link #run}, which is due, does not wait for such a moment any longer. */
  boolean isOverdue(long nowNanos);

  /**
   * Called when no frame waited a moment ago, or it was overdue; must not throw. If it is due
   * still, frames pass, and it is called again.
   */
  void run(long nowNanos);
}
