package dev.midstream.wire.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketHashTest {
  private static final long LOW = 0xffff_ffffL;

  @Test
  @DisplayName("HDP-15 LD-8 both directions of a connection have the same bucket for every key")
  void hashesBothDirectionsToOneBucket() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 100_000; round++) {
      BucketHash hash = new BucketHash(key(random), buckets(random));
      long sh = random.nextLong();
      long sl = random.nextLong();
      long dh = random.nextLong();
      long dl = random.nextLong();
      int sp = random.nextInt(65_536);
      int dp = random.nextInt(65_536);
      assertThat(hash.of(sh, sl, dh, dl, sp, dp))
          .as("new Random(%dL), round %d", seed, round)
          .isEqualTo(hash.of(dh, dl, sh, sl, dp, sp))
          .isBetween(0, hash.buckets() - 1);
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
      int buckets = buckets(random);
      assertThat(new BucketHash(key, buckets).of(0, s, 0, d, (int) sp, (int) dp))
          .as("new Random(%dL), round %d", seed, round)
          .isEqualTo((int) (h / ((1L << 32) / buckets)));
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

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 256, 1_024, 4_096})
  @DisplayName("HSI-2 connections are spread over any number of buckets that is a power of two")
  void spreadsConnectionsOverAllBuckets(int buckets) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int[] sizes = new int[buckets];
    BucketHash hash = new BucketHash(key(random), buckets);
    for (int connection = 0; connection < buckets * 100; connection++) {
      sizes[hash.of(0, random.nextInt(), 0, random.nextInt(), random.nextInt(65_536), 443)]++;
    }
    assertThat(Arrays.stream(sizes).min().orElseThrow()).as("seed=%d", seed).isGreaterThan(20);
    assertThat(Arrays.stream(sizes).max().orElseThrow()).as("seed=%d", seed).isLessThan(300);
  }

  @Test
  void refusesOtherNumbersOfBuckets() {
    for (int buckets : new int[] {Integer.MIN_VALUE, -1, 0, 3, 255, 8_192}) {
      assertThatThrownBy(() -> new BucketHash(new BucketKey(1, 1, 1, 1, 1), buckets))
          .hasMessageContaining("buckets=" + buckets);
    }
  }

  static int buckets(Random random) {
    return 1 << random.nextInt(13);
  }

  static BucketKey key(Random random) {
    return new BucketKey(
        random.nextInt(), random.nextInt(), random.nextInt(), random.nextInt(), random.nextInt());
  }
}
