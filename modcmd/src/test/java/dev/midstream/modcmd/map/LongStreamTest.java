package dev.midstream.modcmd.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.SeededRounds;
import dev.midstream.modcmd.command.CommandList;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Long streams: thousands of edits in flight, and folding in between. */
class LongStreamTest {
  @Test
  @DisplayName("C-2 HDP-5 thousands of edits in one window map like the twin")
  void mapsThousandsOfEdits() {
    SeededRounds.run(40, 3_000_000, LongStreamTest::compareManyEdits);
  }

  @Test
  @DisplayName("HDP-6 C-27 a stream whose commands are folded at random moments maps like the twin")
  void mapsWhileFolding() {
    SeededRounds.run(300, 10_000_000, LongStreamTest::compareWhileFolding);
  }

  @Test
  @DisplayName("C-22 gigabytes after the last edit, kept or folded, then one more")
  void mapsGigabytesAfterTheLastEdit() {
    CommandList commands = new CommandList();
    OffsetMap map = new OffsetMap(commands);
    commands.append(10, 2, Octets.ofText("longer"));
    for (long distance : new long[] {1L << 31, (1L << 31) + 5, 1L << 32, 5L << 32}) {
      map.decideTo(distance);
      assertThat(map.before(distance)).isEqualTo(distance + 4);
      assertThat(map.acknowledgement(distance + 4)).isEqualTo(distance);
      assertThat(map.acknowledgement(13)).isEqualTo(10);
    }

    commands.append(6L << 32, 3, Octets.empty());
    map.decideTo(7L << 32);

    assertThat(map.before(6L << 32)).isEqualTo((6L << 32) + 4);
    assertThat(map.newEnd()).isEqualTo((7L << 32) + 1);
    commands.foldTo((6L << 32) + 4);
    assertThat(commands.isEmpty()).isTrue();
    assertThat(map.acknowledgement((7L << 32) + 1)).isEqualTo(7L << 32);
  }

  private static long compareManyEdits(RandomGenerator random) {
    EditedStream stream = new EditedStream(random);
    stream.decide(random.nextInt(4_000, 12_000), 4);
    StreamTwin twin = stream.twin;
    SackMap sacks = new SackMap(stream.map);
    for (int p = 0; p <= twin.decided(); p++) {
      Same.position("before", p, stream.renewed(twin.before(p)), stream.map.before(stream.org(p)));
      Same.position("end", p, stream.renewed(twin.dataEnd(p)), stream.map.dataEnd(stream.org(p)));
    }
    for (int a = 0; a < twin.newEnd(); a++) {
      long acknowledged = stream.map.acknowledgement(stream.renewed(a));
      Same.position("acknowledgement", a, stream.org(twin.acknowledgement(a)), acknowledged);
      compareBlock(stream, sacks, a, random.nextInt(a + 1, twin.newEnd() + 1));
    }
    return 2L * twin.decided() + 2L * twin.newEnd();
  }

  private static void compareBlock(EditedStream stream, SackMap sacks, int left, int right) {
    long first = stream.org(stream.twin.firstCutFrom(left));
    long last = stream.org(stream.twin.acknowledgement(right));
    long start = sacks.duplicateStart(stream.renewed(left));
    long end = sacks.end(stream.renewed(right));
    Same.truth("block", left, first < last, start < end);
    if (start < end) {
      Same.position("block start", left, first, start);
      Same.position("block end", right, last, end);
    }
  }

  private static long compareWhileFolding(RandomGenerator random) {
    EditedStream stream = new EditedStream(random);
    int folded = 0;
    int acknowledged = 0;
    for (int step = 0; step < 400; step++) {
      stream.decide(random.nextInt(6), random.nextInt(8));
      acknowledged = random.nextInt(acknowledged, stream.twin.newEnd() + 1);
      if (random.nextInt(4) == 0) {
        folded = Math.max(folded, stream.foldTo(random.nextInt(acknowledged + 1)));
      }
      compareAtRandom(stream, folded, random);
    }
    return 400 * 20 * 5;
  }

  private static void compareAtRandom(EditedStream stream, int folded, RandomGenerator random) {
    StreamTwin twin = stream.twin;
    SackMap sacks = new SackMap(stream.map);
    int base = twin.baseAfter(folded);
    int newBase = twin.newBaseAfter(folded);
    for (int i = 0; i < 20; i++) {
      int p = random.nextInt(base, twin.decided() + 1);
      int before = Math.max(newBase, twin.before(p));
      int end = Math.max(newBase, twin.dataEnd(p));
      Same.position("before", p, stream.renewed(before), stream.map.before(stream.org(p)));
      Same.position("after", p, stream.renewed(twin.after(p)), stream.map.after(stream.org(p)));
      Same.position("end", p, stream.renewed(end), stream.map.dataEnd(stream.org(p)));
      int a = random.nextInt(newBase, twin.newEnd() + 1);
      long mapped = stream.map.acknowledgement(stream.renewed(a));
      Same.position("acknowledgement", a, stream.org(twin.acknowledgement(a)), mapped);
      if (newBase < twin.newEnd()) {
        int left = random.nextInt(newBase, twin.newEnd());
        compareFoldedBlock(stream, sacks, folded, left, random.nextInt(left, twin.newEnd()) + 1);
      }
    }
  }

  private static void compareFoldedBlock(
      EditedStream stream, SackMap sacks, int folded, int left, int right) {
    int base = stream.twin.baseAfter(folded);
    int first = left > stream.twin.newBaseAfter(folded) ? stream.twin.firstCutFrom(left) : base;
    int last = stream.twin.acknowledgement(right);
    long start = sacks.start(stream.renewed(left), stream.org(base));
    long end = sacks.end(stream.renewed(right));
    Same.truth("block", left, first < last, start < end);
    if (start < end) {
      Same.position("block start", left, stream.org(first), start);
      Same.position("block end", right, stream.org(last), end);
    }
  }
}
