package dev.midstream.demo.network;

/**
 * The faults of a bad wire, for both directions, each in frames of a thousand.
 *
 * @param lost frames that never arrive
 * @param delayed frames that arrive out of order
 * @param duplicated frames that arrive twice
 */
public record Impairment(int lost, int delayed, int duplicated) {
  public Impairment {
    if (lost < 0 || delayed < 0 || duplicated < 0 || lost + delayed + duplicated > 1_000) {
      throw new IllegalArgumentException(
          "not shares of a thousand: " + lost + delayed + duplicated);
    }
  }
}
