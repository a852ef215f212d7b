package dev.midstream.wire.bucket;

/**
 * The secret key of the bucket hash. An attacker who knows it can put many connections into one
 * bucket, so it must come from an unpredictable source.
 *
 * <p>The five multipliers are forced odd: an even one would lose bits of its factor.
 *
 * @param addressDifference multiplies the xor of the addresses
 * @param addressSum multiplies the sum of the addresses
 * @param portDifference multiplies the xor of the ports
 * @param portSum multiplies the sum of the ports
 * @param last multiplies the combined value
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
