package dev.midstream.reassembly.park;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The log of records against a map. */
class RecordLogTest {
  private static final int CHUNK_BYTES = 1 << 16;
  private static final int PAGE_BYTES = 4 * 4_096 + 16;

  /** Pages of the numbers that a round uses at most. */
  private static final int PAGES = 12;

  private final Map<Integer, Integer> places = new HashMap<>();
  private final RecordLog log = new RecordLog(this::move);
  private final Map<Integer, byte[]> twin = new HashMap<>();
  private final List<Integer> numbers = new ArrayList<>();

  private void add(byte[] octets, int offset, int length) {
    int place = log.add(octets, offset, length);
    int number = log.number(place);
    places.put(number, place);
    assertThat(number).isNotNegative();
    assertThat(twin.put(number, Arrays.copyOfRange(octets, offset, offset + length))).isNull();
    numbers.add(number);
  }

  private void move(int from, int to) {
    assertThat(places.put(log.number(to), to)).isEqualTo(from);
  }

  private void addRandom(int maxBytes, RandomGenerator random) {
    byte[] octets = new byte[maxBytes + 3];
    random.nextBytes(octets);
    add(octets, random.nextInt(4), random.nextInt(maxBytes + 1));
  }

  private void remove(int index) {
    int number = numbers.get(index);
    numbers.set(index, numbers.getLast());
    numbers.removeLast();
    log.remove(log.place(number));
    twin.remove(number);
    places.remove(number);
  }

  private void expectAll() {
    assertThat(log.size()).isEqualTo(twin.size());
    twin.forEach(this::expect);
  }

  private void expect(int number, byte[] octets) {
    int place = log.place(number);
    assertThat(places).containsEntry(number, place);
    assertThat(log.length(place)).isEqualTo(octets.length);
    int start = log.offset(place);
    byte[] chunk = log.chunk(place);
    assertThat(Arrays.equals(chunk, start, start + octets.length, octets, 0, octets.length))
        .as("octets of number=" + number)
        .isTrue();
    byte[] copy = new byte[octets.length];
    log.copyTo(place, copy);
    assertThat(copy).isEqualTo(octets);
  }

  private long octets() {
    return twin.values().stream().mapToLong(octets -> octets.length).sum();
  }

  @Test
  @DisplayName("HDP-17 records are those of a map, and their memory follows them")
  void keepsRecordsAsAMap() {
    SeededRounds.run(
        30,
        random -> {
          clear();
          int maxBytes = random.nextInt(4) == 0 ? RecordLog.MAX_BYTES : random.nextInt(1, 2_000);
          int steps = random.nextInt(4_000_000 / (maxBytes + 100));
          for (int phase = 0; phase < 8; phase++) {
            int part = random.nextInt(11);
            boolean inOrder = random.nextBoolean();
            for (int step = 0; step < steps; step++) {
              if (random.nextInt(10) < part) {
                addRandom(maxBytes, random);
              } else if (!numbers.isEmpty()) {
                remove(inOrder ? 0 : random.nextInt(numbers.size()));
              }
            }
            expectAll();
            assertThat(log.heapBytes()).isLessThanOrEqualTo(maxHeapBytes(maxBytes));
          }
        });
  }

  /** A quarter of a chunk may be removed, and the end of a chunk too short for a record. */
  private long maxHeapBytes(int maxBytes) {
    double usedPart = 0.75 * (1 - (maxBytes + 9.0) / CHUNK_BYTES);
    double chunkBytes = (octets() + 9.0 * log.size()) / usedPart;
    return (long) (chunkBytes * 17 / 16) + 4 * CHUNK_BYTES + PAGES * PAGE_BYTES;
  }

  private void clear() {
    log.clear();
    twin.clear();
    numbers.clear();
    places.clear();
  }

  @Test
  @DisplayName("HDP-17 a record takes at most 12 octets beside its own")
  void takesLittleBesideTheOctets() {
    byte[] octets = new byte[200];
    int records = 200_000;
    long bytes = 0;
    for (int i = 0; i < records; i++) {
      int length = 40 + i % 160;
      log.add(octets, 0, length);
      bytes += length;
    }
    assertThat(log.heapBytes()).isLessThan(bytes + 12L * records + CHUNK_BYTES);
  }

  @Test
  @DisplayName("HDP-17 free numbers are used first, and the memory of unused ones is given back")
  void givesBackMemory() {
    long empty = log.heapBytes();
    byte[] octets = new byte[40];
    int records = 200_000;
    for (int number = 0; number < records; number++) {
      assertThat(addNumber(octets)).isEqualTo(number);
    }
    for (int number = 0; number < records; number++) {
      if (number % 10_000 != 17) {
        log.remove(log.place(number));
      }
    }
    for (int number = 0; number < 4_000; number++) {
      assertThat(addNumber(octets)).isLessThan(records);
    }
    assertThat(log.size()).isEqualTo(4_020);
    assertThat(log.heapBytes()).isLessThan(22 * PAGE_BYTES + 8 * CHUNK_BYTES);
    log.clear();
    assertThat(log.size()).isZero();
    assertThat(log.heapBytes()).isEqualTo(empty);
  }

  private int addNumber(byte[] octets) {
    int place = log.add(octets, 0, octets.length);
    int number = log.number(place);
    places.put(number, place);
    return number;
  }

  @Test
  @DisplayName("the longest record fits, a longer one does not")
  void limitsTheLength() {
    assertThat(RecordLog.fits(RecordLog.MAX_BYTES)).isTrue();
    assertThat(RecordLog.fits(RecordLog.MAX_BYTES + 1)).isFalse();
    byte[] octets = new byte[RecordLog.MAX_BYTES];
    Arrays.fill(octets, (byte) 0xff);
    add(octets, 0, octets.length);
    add(octets, 0, 0);
    add(octets, 0, octets.length);
    expectAll();
    remove(0);
    expectAll();
  }

  @Test
  @DisplayName("C-66 few records take little memory, however often they are removed and added")
  void takesLittleMemoryForFew() {
    byte[] octets = new byte[100];
    add(octets, 0, octets.length);
    for (int i = 0; i < 10_000; i++) {
      add(octets, 0, octets.length);
      remove(0);
    }
    expectAll();
    assertThat(log.heapBytes()).isLessThan(8_192);
  }
}
