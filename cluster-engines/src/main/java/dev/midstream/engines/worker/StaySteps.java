package dev.midstream.engines.worker;

/**
 * How much is done in one call of a worker when connections stay with its node, so that it does
 * other work, too.
 *
 * @param connections how many are listed in a call, and how many are looked at or given
 * @param listNanos the rest after each that is listed, which takes less than a microsecond
 * @param giveNanos the rest after each that is given, which takes some microseconds
 */
public record StaySteps(int connections, long listNanos, long giveNanos) {
  /** The usual steps: lists take half of the time of a worker, and so do gifts. */
  public static final StaySteps USUAL = new StaySteps(1_024, 500, 20_000);

  /** Checks that steps lead on. */
  public StaySteps {
    if (connections < 1 || listNanos < 0 || giveNanos < 0) {
      throw new IllegalArgumentException("no steps: connections=" + connections);
    }
  }

  /** The rest after a step of a list. */
  long listRestNanos() {
    return connections * listNanos;
  }

  /** The rest after a step in which connections are given. */
  long giveRestNanos() {
    return connections * giveNanos;
  }
}
