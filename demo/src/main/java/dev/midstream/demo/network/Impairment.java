package dev.midstream.demo.network;

/**
 * What a bad wire does to frames of both directions, each in so many of a thousand.
 *
 * @param lost frames that vanish
 * @param late frames that arrive behind some of those sent after them
 * @param doubled frames that arrive twice
 */
public record Impairment(int lost, int late, int doubled) {
  public Impairment {
    if (lost < 0 || late < 0 || doubled < 0 || lost + late + doubled > 1_000) {
      throw new IllegalArgumentException("not shares of a thousand: " + lost + late + doubled);
    }
  }
}
