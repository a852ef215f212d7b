package dev.midstream.modcmd.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.SeededRounds;
import dev.midstream.modcmd.call.MemoryView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class CandidateScanTest {
  private static final int ROUNDS = 20_000;
  private static final int SOME_ROUNDS = 300;

  /** Maximum positions at the end of a view that are reported without examination. */
  private static final int MAX_END_BYTES = 24;

  @Test
  @DisplayName("HDP-8 reports each position where a string may start, and no other inside the view")
  @Tag("slow")
  void reportsStartsAndNothingElse() {
    SeededRounds.run(ROUNDS, ROUNDS, CandidateScanTest::checkAllStarts);
  }

  @Test
  @DisplayName("HDP-8 reports each position where a string may start, of fewer strings and views")
  void reportsStartsOfSomeDraws() {
    SeededRounds.run(SOME_ROUNDS, SOME_ROUNDS, CandidateScanTest::checkAllStarts);
  }

  @Test
  void reportsOnlyEndOfViewWithoutMatch() {
    for (int length = 1; length < 40; length++) {
      for (int count = 1; count < 30; count++) {
        List<Octets> strings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          strings.add(Octets.of(octets(new Random(i), length, 20)));
        }
        MemoryView view =
            view("#".repeat(3_000).getBytes(StandardCharsets.UTF_8), new Random(length));
        CandidateScan scan = CandidateScan.of(strings);

        int first = scan.next(view, 0);
        assertThat(view.length() - first).as("length=%d", length).isLessThan(MAX_END_BYTES);
        assertThat(scan.stop(view, first)).isEqualTo(view.length());
      }
    }
  }

  @Test
  @DisplayName("HDP-8 searches for a short string apart from the long ones, and finds either first")
  void findsShortAndLongStringsInOrder() {
    CandidateScan scan =
        CandidateScan.of(
            List.of(
                Octets.ofText("internal network"),
                Octets.ofText("another internet"),
                Octets.ofText("~")));
    byte[] octets = "#".repeat(3_000).getBytes(StandardCharsets.UTF_8);
    octets[700] = '~';
    System.arraycopy("internal network".getBytes(StandardCharsets.UTF_8), 0, octets, 90, 16);
    System.arraycopy("another internet".getBytes(StandardCharsets.UTF_8), 0, octets, 1_500, 16);
    MemoryView view = view(octets, new Random(1));

    assertThat(scan.next(view, 0)).isEqualTo(90);
    assertThat(scan.next(view, 91)).isEqualTo(700);
    assertThat(scan.next(view, 701)).isEqualTo(1_500);
    assertThat(scan.next(view, 1_501)).isGreaterThan(3_000 - MAX_END_BYTES);
  }

  @Test
  void sharesViewBetweenScans() {
    CandidateScan first = CandidateScan.of(List.of(Octets.ofText("first one")));
    CandidateScan second = CandidateScan.of(List.of(Octets.ofText("second one")));
    byte[] octets = "first one, second one; ".repeat(20).getBytes(StandardCharsets.UTF_8);
    MemoryView view = view(octets, new Random(1));
    for (int at = 0; at + 100 < octets.length; at += 23) {
      assertThat(first.next(view, at)).isEqualTo(at);
      assertThat(second.next(view, at)).isEqualTo(at + 11);
    }
  }

  @Test
  void scansAgainWhenViewShowsOtherOctets() {
    CandidateScan scan = CandidateScan.of(List.of(Octets.ofText("needle")));
    byte[] octets = new byte[1_000];
    System.arraycopy("needle".getBytes(StandardCharsets.UTF_8), 0, octets, 500, 6);
    MemorySegment memory = MemorySegment.ofArray(octets);
    MemoryView view = new MemoryView().show(memory, 0, 1_000, 0);
    assertThat(scan.next(view, 0)).isEqualTo(500);
    view.show(memory, 300, 700, 300);
    assertThat(scan.next(view, 0)).isEqualTo(200);
  }

  @Test
  void refusesEmptyStringsAndNoStrings() {
    assertThatThrownBy(() -> CandidateScan.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CandidateScan.of(List.of(Octets.ofText("a"), Octets.empty())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The number of starts that had to be reported. */
  private static long checkAllStarts(RandomGenerator random) {
    List<Octets> strings = strings(random);
    byte[] octets = octetsWith(strings, random);
    boolean[] reported = reported(CandidateScan.of(strings), view(octets, random));
    long starts = 0;
    for (int at = 0; at < octets.length; at++) {
      if (mayStartAt(strings, octets, at)) {
        assertThat(reported[at]).as("place=%d", at).isTrue();
        starts++;
      } else if (reported[at] && at < octets.length - MAX_END_BYTES) {
        assertThat(mayStartAt(heads(strings), octets, at)).as("place=%d in vain", at).isTrue();
      }
    }
    return starts;
  }

  /** The prefixes that are compared before a position is reported. */
  private static List<Octets> heads(List<Octets> strings) {
    return strings.stream()
        .map(string -> Octets.of(Arrays.copyOf(string.toArray(), Math.min(8, string.length()))))
        .toList();
  }

  /**
   * Octets of a small alphabet, or random octets with the strings and their prefixes in between.
   */
  private static byte[] octetsWith(List<Octets> strings, RandomGenerator random) {
    int length = random.nextInt(random.nextInt(16) == 0 ? 3 * Candidates.MAX_PLACES : 1_000);
    boolean hasFewLetters = random.nextBoolean();
    byte[] octets = octets(random, length, hasFewLetters ? 1 + random.nextInt(5) : 256);
    for (int at = 0; at < length && !hasFewLetters; at += 1 + random.nextInt(300)) {
      byte[] string = strings.get(random.nextInt(strings.size())).toArray();
      int count = Math.min(1 + random.nextInt(string.length), length - at);
      System.arraycopy(string, 0, octets, at, count);
    }
    return octets;
  }

  private static boolean[] reported(CandidateScan scan, MemoryView view) {
    boolean[] reported = new boolean[view.length()];
    int at = 0;
    while (at < view.length()) {
      int run = scan.next(view, at);
      int stop = scan.stop(view, run);
      assertThat(run).isBetween(at, view.length());
      assertThat(stop).isLessThanOrEqualTo(view.length());
      assertThat(stop > run || run == view.length()).as("the scan moves on").isTrue();
      Arrays.fill(reported, run, stop, true);
      at = stop;
    }
    return reported;
  }

  private static boolean mayStartAt(List<Octets> strings, byte[] octets, int at) {
    return strings.stream().anyMatch(string -> mayStartAt(string, octets, at));
  }

  private static boolean mayStartAt(Octets string, byte[] octets, int at) {
    int count = Math.min(string.length(), octets.length - at);
    for (int i = 0; i < count; i++) {
      if (string.at(i) != octets[at + i]) {
        return false;
      }
    }
    return true;
  }

  private static List<Octets> strings(RandomGenerator random) {
    List<Octets> strings = new ArrayList<>();
    int count = 1 + random.nextInt(random.nextBoolean() ? 2 : 20);
    int least = 1 + random.nextInt(20);
    int letters = 1 + random.nextInt(random.nextBoolean() ? 20 : 256);
    boolean hasShort = random.nextBoolean();
    for (int i = 0; i < count; i++) {
      boolean isShort = hasShort && random.nextInt(8) == 0;
      int length = isShort ? 1 + random.nextInt(least) : least + random.nextInt(4);
      strings.add(Octets.of(octets(random, length, letters)));
    }
    return strings;
  }

  private static byte[] octets(RandomGenerator random, int length, int letters) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) ('a' + random.nextInt(letters));
    }
    return octets;
  }

  /**
   * A view in native or heap memory, at a random offset, between octets that a string may begin
   * with.
   */
  private static MemoryView view(byte[] octets, RandomGenerator random) {
    int before = random.nextInt(20);
    byte[] around = octets(random, before + octets.length + random.nextInt(20), 3);
    System.arraycopy(octets, 0, around, before, octets.length);
    MemorySegment memory = MemorySegment.ofArray(around);
    if (random.nextBoolean()) {
      memory = Arena.ofAuto().allocate(around.length).copyFrom(memory);
    }
    return new MemoryView().show(memory, before, octets.length, 0);
  }
}
