package dev.midstream.wire.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BucketHashTest {
  private static final long LOW = 0xffff_ffffL;

  @Test
  @DisplayName("HDP-15 both directions of a connection have the same bucket for every key")
  void hashesBothDirectionsToOneBucket() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 100_000; round++) {
      BucketHash hash = new BucketHash(key(random));
      long sh = random.nextLong();
      long sl = random.nextLong();
      long dh = random.nextLong();
      long dl = random.nextLong();
      int sp = random.nextInt(65_536);
      int dp = random.nextInt(65_536);
      assertThat(hash.of(sh, sl, dh, dl, sp, dp))
          .as("new Random(%dL), round %d", seed, round)
          .isEqualTo(hash.of(dh, dl, sh, sl, dp, sp))
          .isBetween(0, BucketHash.BUCKETS - 1);
    }
  }

  @Test
  void matchesFormula() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 100_000; round++) {
      BucketKey key = key(random);
      long s = random.nextInt() & LOW;
      long d = random.nextInt() & LOW;
      long sp = random.nextInt(65_536);
      long dp = random.nextInt(65_536);
      long x = (s ^ d) * key.addressDifference() + (s + d) * key.addressSum();
      long y = (sp ^ dp) * key.portDifference() + (sp + dp) * key.portSum();
      long h = (x ^ y) & LOW;
      h = (h ^ (h >>> 16)) * key.last() & LOW;
      assertThat(new BucketHash(key).of(0, s, 0, d, (int) sp, (int) dp))
          .as("new Random(%dL), round %d", seed, round)
          .isEqualTo((int) (h / (1L << 24)));
    }
  }

  @Test
  @DisplayName("connections of one client to one server are spread over all buckets")
  void spreadsConnectionsThatDifferInOnePort() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int poor = 0;
    for (int round = 0; round < 100; round++) {
      BucketHash hash = new BucketHash(key(random));
      int[] shares = new int[4];
      for (int port = 32_768; port < 61_000; port++) {
        shares[hash.of(0, 0x0a01_0001, 0, 0x0a01_0002, port, 443) % 4]++;
      }
      for (int share : shares) {
        poor += share < 5_600 || share > 8_500 ? 1 : 0;
      }
    }
    assertThat(poor).as("new Random(%dL)", seed).isLessThan(20);
  }

  static BucketKey key(Random random) {
    return new BucketKey(
        random.nextInt(), random.nextInt(), random.nextInt(), random.nextInt(), random.nextInt());
  }
}
