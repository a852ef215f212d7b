package dev.midstream.modcmd.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.SeededRounds;
import dev.midstream.modcmd.command.CommandList;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Streams as on the wire: read from and written as 32-bit numbers that wrap inside them. */
class WireNumbersTest {
  private static final long HALF = 1L << 31;

  @Test
  @DisplayName(
      "C-23 numbers that pass 2^32 or 2^31 before, inside and after edits map like the twin")
  void mapsWrappingNumbers() {
    SeededRounds.run(5_000, 5_000_000, WireNumbersTest::compareShortStream);
  }

  @Test
  @DisplayName(
      "C-23 HDP-6 wrapping numbers map like the twin while commands are folded at random moments")
  @Tag("slow")
  void mapsWrappingNumbersWhileFolding() {
    SeededRounds.run(200, 5_000_000, WireNumbersTest::compareWhileFolding);
  }

  @Test
  @DisplayName("C-22 C-23 numbers wrap many times after the last edit, kept or folded")
  void mapsNumbersThatWrapOften() {
    SeededRounds.run(1_000, 100_000, WireNumbersTest::compareFarAfterAnEdit);
  }

  private static long compareShortStream(RandomGenerator random) {
    EditedStream stream = new EditedStream(random);
    stream.decide(40, 5);
    long org = stream.org(random.nextInt(stream.twin.decided()) + 1);
    long renewed = stream.renewed(random.nextInt(stream.twin.newEnd()) + 1);
    compareAll(stream, WireNumbers.wrappingAt(org), random);
    compareAll(stream, WireNumbers.passingHalfAt(org), random);
    compareAll(stream, WireNumbers.wrappingAt(renewed), random);
    compareAll(stream, WireNumbers.passingHalfAt(renewed), random);
    return 4 * 5L * (stream.twin.decided() + stream.twin.newEnd());
  }

  private static void compareAll(EditedStream stream, WireNumbers wire, RandomGenerator random) {
    checkCrossed(stream, wire);
    for (int p = 0; p <= stream.twin.decided(); p++) {
      compareSequence(stream, wire, 0, p, random.nextInt(stream.twin.decided() + 1));
    }
    for (int a = 0; a <= stream.twin.newEnd(); a++) {
      compareFeedback(stream, wire, 0, a, random);
    }
  }

  private static void checkCrossed(EditedStream stream, WireNumbers wire) {
    boolean org = wire.isCrossed(stream.org(0), stream.map.decided());
    boolean renewed = wire.isCrossed(stream.renewed(0), stream.map.newEnd());
    Same.truth("crossed", 0, true, org || renewed);
  }

  private static void compareSequence(
      EditedStream stream, WireNumbers wire, int newBase, int p, int near) {
    StreamTwin twin = stream.twin;
    int before = Math.max(newBase, twin.before(p));
    int end = Math.max(newBase, twin.dataEnd(p));
    long org = wire.read(stream.org(p), stream.org(near));
    wire.same("sequence", p, stream.renewed(before), stream.map.before(org));
    wire.same("after", p, stream.renewed(twin.after(p)), stream.map.after(org));
    wire.same("end", p, stream.renewed(end), stream.map.dataEnd(org));
  }

  /** An acknowledgement at {@code a} with a window, and a block that begins there. */
  private static void compareFeedback(
      EditedStream stream, WireNumbers wire, int folded, int a, RandomGenerator random) {
    StreamTwin twin = stream.twin;
    int newBase = twin.newBaseAfter(folded);
    long near = stream.renewed(random.nextInt(newBase, twin.newEnd() + 1));
    long acknowledged = wire.read(stream.renewed(a), near);
    long mapped = stream.map.acknowledgement(acknowledged);
    wire.same("acknowledgement", a, stream.org(twin.acknowledgement(a)), mapped);
    int bytes = random.nextInt(100);
    long edge = new WindowMap(stream.map).rightEdge(acknowledged + bytes);
    wire.same("right edge", a, stream.org(twin.rightEdge(a + bytes)), edge);
    if (a < twin.newEnd()) {
      int right = random.nextInt(a, twin.newEnd()) + 1;
      compareBlock(stream, wire, folded, a, right, near);
    }
  }

  private static void compareBlock(
      EditedStream stream, WireNumbers wire, int folded, int left, int right, long near) {
    SackMap sacks = new SackMap(stream.map);
    int base = stream.twin.baseAfter(folded);
    int first = left > stream.twin.newBaseAfter(folded) ? stream.twin.firstCutFrom(left) : base;
    int last = stream.twin.acknowledgement(right);
    long newLeft = wire.read(stream.renewed(left), near);
    long newRight = wire.read(stream.renewed(right), near);
    long start = sacks.start(newLeft, stream.org(base));
    long end = sacks.end(newRight);
    Same.truth("block", left, first < last, start < end);
    if (start < end) {
      wire.same("block start", left, stream.org(first), start);
      wire.same("block end", right, stream.org(last), end);
    }
  }

  private static long compareWhileFolding(RandomGenerator random) {
    EditedStream stream = new EditedStream(random);
    long place = stream.orgShift + random.nextInt(50, 400);
    WireNumbers wire =
        random.nextBoolean() ? WireNumbers.wrappingAt(place) : WireNumbers.passingHalfAt(place);
    int folded = 0;
    int acknowledged = 0;
    for (int step = 0; step < 400; step++) {
      stream.decide(random.nextInt(6), random.nextInt(8));
      acknowledged = random.nextInt(acknowledged, stream.twin.newEnd() + 1);
      if (random.nextInt(4) == 0) {
        folded = Math.max(folded, stream.foldTo(random.nextInt(acknowledged + 1)));
      }
      compareAboveBase(stream, wire, folded, random);
    }
    checkCrossed(stream, wire);
    int base = stream.twin.baseAfter(folded);
    Same.truth("folded beyond the offset", base, true, stream.org(base) > place);
    return 400 * 20 * 7;
  }

  private static void compareAboveBase(
      EditedStream stream, WireNumbers wire, int folded, RandomGenerator random) {
    StreamTwin twin = stream.twin;
    int base = twin.baseAfter(folded);
    int newBase = twin.newBaseAfter(folded);
    for (int i = 0; i < 20; i++) {
      int p = random.nextInt(base, twin.decided() + 1);
      compareSequence(stream, wire, newBase, p, random.nextInt(base, twin.decided() + 1));
      int a = random.nextInt(newBase, twin.newEnd() + 1);
      compareFeedback(stream, wire, folded, a, random);
    }
  }

  /** One edit at the start of a stream, then steps of the largest window, then another edit. */
  private static long compareFarAfterAnEdit(RandomGenerator random) {
    CommandList commands = new CommandList();
    OffsetMap map = new OffsetMap(commands);
    commands.append(10, 2, Octets.ofText("longer"));
    WireNumbers wire = WireNumbers.wrappingAt(random.nextLong(1L << 32));
    long end = 12;
    long steps = 0;
    while (end < 20L << 32) {
      long next = end + random.nextLong(HALF - 8);
      map.decideTo(next);
      compareEnds(map, wire, end, next, 4);
      end = next;
      steps++;
      if (random.nextInt(20) == 0) {
        commands.foldTo(random.nextLong(end + 4));
      }
    }
    commands.append(end, 3, Octets.empty());
    map.decideTo(end + 100);
    compareEnds(map, wire, end, end + 100, 1);
    assertThat(map.newEnd()).isEqualTo(end + 101);
    return 3 * steps;
  }

  /** At {@code next} the stream is shifted by {@code shift}, read near {@code end}. */
  private static void compareEnds(
      OffsetMap map, WireNumbers wire, long end, long next, long shift) {
    long read = wire.read(next, end);
    wire.same("sequence", next, next + shift, map.before(read));
    long acknowledged = wire.read(next + shift, end + shift);
    wire.same("acknowledgement", next, next, map.acknowledgement(acknowledged));
    long edge = new WindowMap(map).rightEdge(acknowledged + 50);
    wire.same("right edge", next, next + 50, edge);
  }
}
