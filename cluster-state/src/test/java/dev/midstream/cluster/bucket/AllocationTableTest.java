package dev.midstream.cluster.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers of buckets, versions and epochs. */
class AllocationTableTest {
  @Test
  @DisplayName("HSI-2 LD-8 the number of buckets is any power of two from 1 to 4096")
  void takesPowersOfTwo() {
    for (int buckets = 1; buckets <= 4096; buckets *= 2) {
      AllocationTable table = new Tables(buckets, 1, 1).table();

      assertThat(table.bucketCount()).isEqualTo(buckets);
      assertThat(table.buckets()).allMatch(bucket -> bucket.owner() == null && bucket.epoch() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-256, 0, 3, 255, 257, 8192})
  @DisplayName("HSI-2 refuses any other number of buckets")
  void refusesOtherNumbers(int buckets) {
    assertThatThrownBy(() -> AllocationTable.checkedCount(buckets))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a power of two up to 4096: buckets=" + buckets);
  }

  @Test
  @DisplayName("a later term wins over any number, a higher id over the same round")
  void ordersVersions() {
    Version first = new Version(new Term(1, Tables.N2), 900);
    Version higherId = new Version(new Term(1, Tables.N3), 1);
    Version laterRound = new Version(new Term(2, Tables.N1), 1);

    assertThat(first.next().isAfter(first)).isTrue();
    assertThat(higherId.isAfter(first)).isTrue();
    assertThat(laterRound.isAfter(higherId)).isTrue();
    assertThat(first.isAfter(first)).isFalse();
  }

  @Test
  @DisplayName(
      "HSI-4 an epoch names round, coordinator and number, grows with each, and has limits")
  void makesEpochs() {
    long epoch = Epoch.of(new Version(new Term(3, Tables.N1), 7), 2);

    assertThat(Epoch.text(epoch)).isEqualTo("3.2.7");
    assertThat(Epoch.of(new Version(new Term(3, Tables.N1), 8), 2)).isGreaterThan(epoch);
    assertThat(Epoch.of(new Version(new Term(4, Tables.N2), 1), 0)).isGreaterThan(epoch);
    assertThat(
            Epoch.of(
                new Version(new Term(Epoch.MAX_ROUND, Tables.N1), Epoch.MAX_NUMBER),
                Epoch.MAX_MEMBER))
        .isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> Epoch.of(new Version(new Term(1, Tables.N1), Epoch.MAX_NUMBER + 1), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
