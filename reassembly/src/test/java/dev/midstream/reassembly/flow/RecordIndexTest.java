package dev.midstream.reassembly.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The index of records against a map. A record is its own key. */
class RecordIndexTest {
  private static final int SOME = 8 * RecordIndex.RECORDS_EACH;

  private final RecordIndex index = new RecordIndex();

  /** A hash that is not 0; {@code mask} makes some equal. */
  private static int hash(int record, int mask) {
    int mixed = record * 0x9e3779b9;
    return (((mixed ^ (mixed >>> 15)) * 0x85ebca6b) & mask) | (1 << 7);
  }

  private static boolean isSame(int record, Integer key) {
    return record == key;
  }

  private int find(int record, int mask) {
    return index.find(hash(record, mask), record, RecordIndexTest::isSame);
  }

  @Test
  @DisplayName("HSI-10 the first slot that is read, and the first record with a hash")
  void findsByHashAlone() {
    assertThat(index.firstSlot(7)).isZero();
    assertThat(index.findHash(7)).isEqualTo(RecordIndex.NONE);
    index.add(1, 7);
    index.add(2, 7);
    assertThat(index.firstSlot(7)).isEqualTo(7L << Integer.SIZE | 1);
    assertThat(index.findHash(7)).isEqualTo(1);
    index.remove(1, 7);
    assertThat(index.findHash(7)).isEqualTo(2);
  }

  @Test
  @DisplayName("HSI-10 records are found as in a map, while their number grows and shrinks")
  void findsRecordsAsAMap() {
    int[] masks = {-1, 0xff00_0fff, 0xfff0_0000};
    SeededRounds.run(
        6,
        random -> {
          int mask = masks[random.nextInt(masks.length)];
          int range = random.nextInt(1, SOME);
          Map<Integer, Integer> twin = new HashMap<>();
          index.clear();
          for (int phase = 0; phase < 6; phase++) {
            int part = random.nextInt(11);
            for (int step = 0; step < range; step++) {
              int record = random.nextInt(range);
              assertThat(find(record, mask)).isEqualTo(twin.getOrDefault(record, RecordIndex.NONE));
              if (twin.remove(record) != null) {
                index.remove(record, hash(record, mask));
              }
              if (random.nextInt(10) < part) {
                index.add(record, hash(record, mask));
                twin.put(record, record);
              }
            }
            assertThat(index.size()).isEqualTo(twin.size());
            for (int record = 0; record < range; record++) {
              assertThat(find(record, mask)).isEqualTo(twin.getOrDefault(record, RecordIndex.NONE));
            }
          }
        });
  }

  @Test
  @DisplayName("OWN-3 a record that stays is visited once, whatever is added and removed meanwhile")
  void visitsRecordsThatStayOnce() {
    SeededRounds.run(20, this::visitWhileOthersChange);
  }

  private void visitWhileOthersChange(RandomGenerator random) {
    index.clear();
    List<Integer> others = new ArrayList<>();
    int staying = random.nextInt(SOME);
    for (int record = 0; record < staying; record++) {
      index.add(record, hash(record, -1));
    }
    int next = staying;
    Map<Integer, Integer> visits = new HashMap<>();
    boolean grows = random.nextBoolean();
    for (long place = 0; place < RecordIndex.END; ) {
      place = index.visit(place, record -> visits.merge(record, 1, Integer::sum));
      grows ^= random.nextInt(5) == 0;
      for (int change = random.nextInt(SOME / 4); change > 0; change--) {
        if (grows) {
          others.add(next);
          index.add(next, hash(next++, -1));
        } else if (!others.isEmpty()) {
          int record = others.removeLast();
          index.remove(record, hash(record, -1));
        }
      }
    }
    for (int record = 0; record < staying; record++) {
      assertThat(visits.get(record)).isEqualTo(1);
    }
    assertThat(visits.values()).allMatch(times -> times == 1);
  }

  @Test
  @DisplayName("HSI-10 a record that has moved is found by its new name, which may be negative")
  void findsRecordsByNewNames() {
    for (int record = 0; record < SOME; record++) {
      index.add(record, hash(record, 0xff00_0fff));
    }
    for (int record = 0; record < SOME; record += 2) {
      index.replace(record, moved(record), hash(record, 0xff00_0fff));
    }
    assertThat(index.size()).isEqualTo(SOME);
    for (int record = 0; record < SOME; record++) {
      int name = record % 2 == 0 ? moved(record) : record;
      assertThat(findNamed(name, record)).isEqualTo(name);
      index.remove(name, hash(record, 0xff00_0fff));
      assertThat(findNamed(name, record)).isEqualTo(RecordIndex.NONE);
    }
  }

  private int findNamed(int name, int record) {
    return index.find(hash(record, 0xff00_0fff), name, RecordIndexTest::isSame);
  }

  private static int moved(int record) {
    return Integer.MIN_VALUE + record;
  }

  @Test
  @DisplayName("HDP-17 a record takes at most 14 octets of the index, and they are given back")
  void takesLittleMemory() {
    long empty = index.heapBytes();
    int records = 200_000;
    for (int record = 0; record < records; record++) {
      index.add(record, hash(record, -1));
      assertThat(index.heapBytes()).isLessThanOrEqualTo(empty + 14L * (record + 1));
    }
    for (int record = 0; record < records; record++) {
      index.remove(record, hash(record, -1));
      assertThat(index.heapBytes()).isLessThanOrEqualTo(2 * empty + 48L * (records - record));
    }
    assertThat(index.heapBytes()).isLessThanOrEqualTo(2 * empty);
  }
}
