package dev.midstream.wire.bucket;

/**
 * What the bucket of a packet depends on beside the packet. Whoever knows it can put all of their
 * connections into one bucket; it is to come from a source that nobody can guess.
 *
 * <p>The five multipliers are odd, whatever is given: an even one would lose what it multiplies.
 *
 * @param addressDifference multiplies the addresses' xor
 * @param addressSum multiplies the addresses' sum
 * @param portDifference multiplies the ports' xor
 * @param portSum multiplies the ports' sum
 * @param last multiplies everything
 */
public record BucketKey(
    int addressDifference, int addressSum, int portDifference, int portSum, int last) {

  /** Makes every multiplier odd. */
  public BucketKey {
    addressDifference |= 1;
    addressSum |= 1;
    portDifference |= 1;
    portSum |= 1;
    last |= 1;
  }
}
