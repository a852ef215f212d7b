package dev.midstream.gateway.config;

import dev.midstream.wire.port.Idle;

/**
 * Who moves packets when the program is inline.
 *
 * @param count how many threads share the connections, 1 to {@link #MAX_WORKERS}
 * @param idle what they do while there is nothing to do
 */
public record WorkerSettings(int count, Idle idle) {
  /** More would leave a worker few buckets. */
  public static final int MAX_WORKERS = 64;

  /** The word for one worker for each core. */
  static final String CORES = "cores";

  /** One worker for each core that the program may use. */
  static int cores() {
    return Math.min(MAX_WORKERS, Runtime.getRuntime().availableProcessors());
  }
}
