package dev.midstream.tables.infinispan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.midstream.tables.TablesException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.infinispan.commons.CacheException;
import org.infinispan.commons.util.CloseableIterator;
import org.infinispan.commons.util.Closeables;
import org.infinispan.commons.util.IntSet;
import org.infinispan.commons.util.IntSets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Entries that come twice, and iterators that end late, never or with an error. */
class PartReaderTest {
  private static final int SEGMENTS = 40;
  private static final PartReader READER = new PartReader(Duration.ofSeconds(20));

  private final List<Byte> read = new ArrayList<>();

  /** One entry for each segment, twice each, as while a node joins. */
  private static CloseableIterator<Map.Entry<byte[], byte[]>> twice(IntSet segments) {
    List<Map.Entry<byte[], byte[]>> entries = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      segments.forEach((int each) -> entries.add(entry((byte) each)));
    }
    return Closeables.iterator(entries.iterator());
  }

  private static Map.Entry<byte[], byte[]> entry(byte number) {
    return Map.entry(new byte[] {number}, new byte[] {1, number});
  }

  @Test
  @DisplayName("HSI-5 all entries of a table are read, each once")
  void readsEachOnce() throws TablesException {
    READER.readAll(SEGMENTS, PartReaderTest::twice, each -> read.add(each.key()[0]));
    List<Byte> expected = new ArrayList<>();
    for (byte number = 0; number < SEGMENTS; number++) {
      expected.add(number);
    }
    assertThat(read).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void readsFewSegments() throws TablesException {
    READER.readAll(1, PartReaderTest::twice, each -> read.add(each.key()[0]));
    assertThat(read).containsExactly((byte) 0);
  }

  @Test
  void readsOneSegment() throws TablesException {
    READER.read(IntSets.immutableSet(7), PartReaderTest::twice, each -> read.add(each.value()[1]));
    assertThat(read).containsExactly((byte) 7);
  }

  @Test
  void endsWhatWaitsForEver() throws InterruptedException {
    CountDownLatch interrupted = new CountDownLatch(1);
    PartReader reader = new PartReader(Duration.ofMillis(50));
    assertThatExceptionOfType(TablesException.class)
        .isThrownBy(() -> reader.readAll(SEGMENTS, each -> endless(interrupted), each -> {}))
        .withMessageContaining("no answer within 50 ms");
    assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
  }

  private static CloseableIterator<Map.Entry<byte[], byte[]>> endless(CountDownLatch interrupted) {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted.countDown();
    }
    throw new CacheException("ended");
  }

  @Test
  void tellsWhyItCannotRead() {
    assertThatExceptionOfType(TablesException.class)
        .isThrownBy(() -> READER.readAll(SEGMENTS, each -> fail(), each -> {}))
        .withMessage("the table cannot be read: a node has left");
  }

  private static CloseableIterator<Map.Entry<byte[], byte[]>> fail() {
    throw new CacheException("a node has left");
  }
}
