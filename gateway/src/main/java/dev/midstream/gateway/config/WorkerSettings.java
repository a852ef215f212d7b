package dev.midstream.gateway.config;

import dev.midstream.wire.port.Idle;

/**
 * The threads that forward packets inline.
 *
 * @param count how many threads share the connections, 1 to {@link #MAX_WORKERS}
 * @param idle how they wait for packets
 */
public record WorkerSettings(int count, Idle idle) {
  /** With more workers, each would get few buckets. */
  public static final int MAX_WORKERS = 64;

  /** The word for one worker per core. */
  static final String CORES = "cores";

  /** The cores that the program may use, at most {@link #MAX_WORKERS}. */
  static int cores() {
    return Math.min(MAX_WORKERS, Runtime.getRuntime().availableProcessors());
  }
}
