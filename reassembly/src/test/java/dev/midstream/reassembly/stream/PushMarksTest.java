package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.testkit.random.SeededRounds;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** PSH marks against a queue of 64. */
class PushMarksTest {

  @Test
  void keepsSixtyFourMarks() {
    SeededRounds.run(
        40,
        random -> {
          PushMarks marks = new PushMarks();
          Deque<Long> twin = new ArrayDeque<>();
          long end = 0;
          for (int step = 0; step < 400; step++) {
            if (random.nextInt(5) > 0) {
              end += random.nextInt(1, 9);
              marks.add(end);
              twin.addLast(end);
              if (twin.size() > 64) {
                twin.removeFirst();
              }
            } else {
              long upTo = end - random.nextInt(400);
              assertThat(marks.takeUpTo(upTo, 0)).isEqualTo(twin.removeIf(at -> at <= upTo));
            }
          }
        });
  }

  @Test
  @DisplayName("law 6 the marks of many segments are those of one after the other")
  void addsManyAtOnce() {
    SeededRounds.run(
        40,
        random -> {
          RangeSet pushed = new RangeSet();
          for (int i = 0; i < 200; i++) {
            long last = random.nextLong(400);
            pushed.add(last, last + 1);
          }
          PushMarks marks = new PushMarks();
          PushMarks twin = new PushMarks();
          long start = random.nextLong(200);
          long end = start + random.nextLong(200);
          marks.addAll(pushed, start, end);
          for (long at = start; at < end; at++) {
            if (pushed.contains(at, at + 1)) {
              twin.add(at + 1);
            }
          }
          for (long at = start; at <= end; at += random.nextInt(1, 20)) {
            assertThat(marks.takeUpTo(at, 0)).isEqualTo(twin.takeUpTo(at, 0));
          }
        });
  }

  @Test
  void keepsTheNewestMarks() {
    PushMarks marks = new PushMarks();
    for (int end = 1; end <= 100; end++) {
      marks.add(10L * end);
      marks.add(10L * end - 5);
    }
    assertThat(marks.takeUpTo(369, 0)).isFalse();
    assertThat(marks.takeUpTo(370, 0)).isTrue();
    assertThat(marks.takeUpTo(370, 0)).isFalse();
    assertThat(marks.takeUpTo(1_000, 0)).isTrue();
    assertThat(marks.takeUpTo(Long.MAX_VALUE, 0)).isFalse();
  }

  @Test
  @DisplayName("HDP-20 the PSH of a reply leaves with its last octet")
  void takesTheMarkOfAReply() {
    PushMarks marks = new PushMarks();
    marks.add(10);
    for (int i = 1; i <= 10; i++) {
      marks.addReply(3L * i);
    }
    assertThat(marks.takeUpTo(9, 8)).as("the two oldest were dropped").isFalse();
    assertThat(marks.takeUpTo(9, 9)).isTrue();
    assertThat(marks.takeUpTo(9, 11)).isFalse();
    assertThat(marks.takeUpTo(10, 30)).as("both at once").isTrue();
    assertThat(marks.takeUpTo(10, 30)).isFalse();
  }

  @Test
  @DisplayName("HDP-20 a segment that is marked again takes no room from other marks")
  void keepsOneMarkOfPlace() {
    PushMarks marks = new PushMarks();
    marks.add(5);
    for (int i = 0; i < 64; i++) {
      marks.add(10);
    }
    assertThat(marks.takeUpTo(5, 0)).isTrue();
    assertThat(marks.takeUpTo(10, 0)).isTrue();
    assertThat(marks.takeUpTo(10, 0)).isFalse();
  }

  @Test
  @DisplayName("law 6 the arrays of both kinds of marks count, and are released when none is left")
  void countsItsMemory() {
    PushMarks marks = new PushMarks();
    assertThat(marks.heapBytes()).isZero();
    marks.add(10);
    int single = marks.heapBytes();
    marks.addReply(10);
    assertThat(marks.heapBytes()).isGreaterThan(single);
    marks.trim();
    assertThat(marks.takeUpTo(10, 0)).isTrue();
    marks.trim();
    assertThat(marks.heapBytes()).isEqualTo(single);
    assertThat(marks.takeUpTo(10, 10)).isTrue();
    marks.trim();
    assertThat(marks.heapBytes()).isZero();
  }
}
