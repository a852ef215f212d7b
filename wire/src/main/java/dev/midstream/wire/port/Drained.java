package dev.midstream.wire.port;

/** What is done on a port's thread at a moment at which no frame waits for the box. */
public interface Drained {
  /** Nothing is done. */
  Drained NOTHING =
      new Drained() {
        @Override
        public boolean isDue() {
          return false;
        }

        @Override
        public void run(long nowNanos) {}
      };

  /** Whether {@link #run} waits for such a moment. Asked often. */
  boolean isDue();

  /** Called when no frame waited a moment ago; must not throw. */
  void run(long nowNanos);
}
