package dev.midstream.wire.port;

/**
 * The signs of life of a loop, for one that forwards in its place when it gives none. Belongs to
 * the loop's thread.
 */
public interface Pulse {
  /** No sign is given. */
  Pulse NONE =
      new Pulse() {
        @Override
        public long dueNanos() {
          return Long.MAX_VALUE;
        }

        @Override
        public boolean beat(long nowNanos) {
          return true;
        }

        @Override
        public void rejoin(long nowNanos) {}

        @Override
        public boolean maySend() {
          return true;
        }

        @Override
        public boolean isAway() {
          return false;
        }
      };

  /** When {@link #beat} is due, on the loop's clock; {@link Long#MAX_VALUE} for never. */
  long dueNanos();

  /**
   * Gives a sign of life. False if none was given for too long: another one may have forwarded
   * since, so the loop drops all frames that wait, and calls {@link #rejoin} before it goes on.
   */
  boolean beat(long nowNanos);

  /** Forgets all that was known of connections; must not throw. */
  void rejoin(long nowNanos);

  /** Whether frames may leave: not if no sign was given for too long. Asked often. */
  boolean maySend();

  /**
   * Whether others have not begun anew yet: the loop drops all frames, since no answer may leave,
   * and runs no timer.
   */
  boolean isAway();
}
