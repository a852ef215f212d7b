package dev.midstream.modcmd.map;

import dev.midstream.modcmd.SeededRounds;
import java.util.Arrays;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Short streams, compared with the twin at every position and for every block. */
@Tag("slow")
class OffsetMapTwinTest {
  @Test
  @DisplayName("T-1 HDP-5 positions, cuts, data ranges and urgent ends are those of the twin")
  void mapsEveryOriginalPositionLikeTwin() {
    SeededRounds.run(100_000, 11_000_000, OffsetMapTwinTest::comparePositions);
  }

  @Test
  @DisplayName(
      "T-1 HDP-5 C-25 C-26 C-27 acknowledgements are those of the twin at every new" + " position")
  void mapsEveryAcknowledgementLikeTwin() {
    SeededRounds.run(100_000, 2_000_000, OffsetMapTwinTest::compareAcknowledgements);
  }

  @Test
  @DisplayName(
      "T-1 HDP-5 C-28 SACK and D-SACK blocks are those of the twin for every pair of edges")
  void mapsEveryBlockLikeTwin() {
    SeededRounds.run(20_000, 5_000_000, OffsetMapTwinTest::compareBlocks);
  }

  @Test
  @DisplayName("HDP-3 every segment, however cut, is rewritten to the octets of the twin")
  void rewritesEverySegmentLikeTwin() {
    SeededRounds.run(8_000, 1_000_000, OffsetMapTwinTest::compareSegments);
  }

  @Test
  @DisplayName("T-1 HDP-6 H-10 H-25 folding moves nothing but the base, beyond insertions there")
  void foldingMovesNothing() {
    SeededRounds.run(60_000, 5_000_000, OffsetMapTwinTest::compareFolded);
  }

  @Test
  @DisplayName("C-27 C-28 every invariant of a mapping holds")
  void keepsInvariants() {
    SeededRounds.run(10_000, 500_000, OffsetMapTwinTest::checkInvariants);
  }

  private static EditedStream shortStream(RandomGenerator random) {
    EditedStream stream = new EditedStream(random);
    stream.decide(random.nextInt(14), random.nextInt(8));
    return stream;
  }

  private static long comparePositions(RandomGenerator random) {
    EditedStream stream = shortStream(random);
    for (int p = 0; p <= stream.twin.decided(); p++) {
      comparePosition(stream, p);
    }
    Same.position("end", 0, stream.renewed(stream.twin.newEnd()), stream.map.newEnd());
    for (int p = stream.twin.decided() + 1; p < stream.twin.decided() + 5; p++) {
      compareBeyond(stream, p);
    }
    return 8L * stream.twin.decided();
  }

  private static void comparePosition(EditedStream stream, int p) {
    StreamTwin twin = stream.twin;
    OffsetMap map = stream.map;
    long org = stream.org(p);
    Same.position("before", p, stream.renewed(twin.before(p)), map.before(org));
    Same.position("after", p, stream.renewed(twin.after(p)), map.after(org));
    Same.position("data start", p, stream.renewed(twin.before(p)), map.dataStart(org));
    Same.position("data end", p, stream.renewed(twin.dataEnd(p)), map.dataEnd(org));
    Same.position("urgent", p, stream.renewed(twin.dataEnd(p)), UrgentRule.end(map, org));
    Same.position("down", p, stream.org(twin.down(p)), map.down(org));
    Same.position("up", p, stream.org(twin.up(p)), map.up(org));
    Same.truth("cut", p, twin.isCut(p), map.isCut(org));
    Same.position("counted", p, twin.ownedBelow(twin.down(p)), map.before(org) - stream.newShift);
    Same.position("forward", p, stream.renewed(twin.before(p)), map.acknowledgementForward(org));
  }

  private static void compareBeyond(EditedStream stream, int p) {
    OffsetMap map = stream.map;
    long moved = stream.renewed(stream.twin.newEnd() + p - stream.twin.decided());
    Same.position("before beyond", p, moved, map.before(stream.org(p)));
    Same.position("after beyond", p, moved, map.after(stream.org(p)));
    Same.position("data end beyond", p, map.newEnd(), map.dataEnd(stream.org(p)));
    Same.position("urgent beyond", p, UrgentRule.NO_END, UrgentRule.end(map, stream.org(p)));
    Same.truth("cut beyond", p, true, map.isCut(stream.org(p)));
    long front = stream.renewed(stream.twin.before(stream.twin.decided()));
    Same.position("forward beyond", p, front, map.acknowledgementForward(stream.org(p)));
  }

  private static long compareAcknowledgements(RandomGenerator random) {
    EditedStream stream = shortStream(random);
    StreamTwin twin = stream.twin;
    for (int a = 0; a <= twin.newEnd() + 2; a++) {
      long actual = stream.map.acknowledgement(stream.renewed(a)) - stream.orgShift;
      Same.position("acknowledgement", a, twin.acknowledgement(a), actual);
      Same.position("counted acknowledgement", a, twin.acknowledgementByCounting(a), actual);
    }
    return 2L * twin.newEnd();
  }

  private static long compareBlocks(RandomGenerator random) {
    EditedStream stream = shortStream(random);
    SackMap sacks = new SackMap(stream.map);
    int end = stream.twin.newEnd();
    for (int left = 0; left < end; left++) {
      int first = stream.twin.firstCutFromByCounting(left);
      Same.position("first cut", left, first, stream.twin.firstCutFrom(left));
      for (int right = left + 1; right <= end; right++) {
        int last = stream.twin.acknowledgementByCounting(right);
        compareBlock(stream, sacks, left, right, first, last);
        compareClipped(stream, sacks, left, right, random.nextInt(stream.twin.decided() + 3));
      }
    }
    return (long) end * end;
  }

  private static void compareBlock(
      EditedStream stream, SackMap sacks, int left, int right, int first, int last) {
    long start = sacks.duplicateStart(stream.renewed(left));
    long end = sacks.end(stream.renewed(right));
    Same.truth("block", left, first < last, start < end);
    if (start < end) {
      Same.position("block start", left, stream.org(first), start);
      Same.position("block end", right, stream.org(last), end);
    }
  }

  private static void compareClipped(
      EditedStream stream, SackMap sacks, int left, int right, int ack) {
    int first = Math.max(ack, stream.twin.firstCutFrom(left));
    int last = stream.twin.acknowledgement(right);
    long start = sacks.start(stream.renewed(left), stream.org(ack));
    long end = sacks.end(stream.renewed(right));
    Same.truth("clipped", left, first < last, start < end);
    if (start < end) {
      Same.position("clipped start", left, stream.org(first), start);
      Same.position("clipped end", right, stream.org(last), end);
    }
  }

  private static long compareSegments(RandomGenerator random) {
    EditedStream stream = shortStream(random);
    StreamTwin twin = stream.twin;
    PayloadMap payloads = new PayloadMap(stream.map);
    PayloadMap.Rewritten all = payloads.rewrite(stream.org(0), stream.original(0, twin.decided()));
    for (int from = 0; from <= twin.decided(); from++) {
      for (int to = from; to <= twin.decided(); to++) {
        PayloadMap.Rewritten segment =
            payloads.rewrite(stream.org(from), stream.original(from, to));
        Same.position("segment", from, stream.renewed(twin.before(from)), segment.newSeq());
        byte[] expected = twin.newOctets(twin.before(from), twin.dataEnd(to));
        Same.truth("octets", from, true, Arrays.equals(expected, segment.octets().toArray()));
        none(Invariants.ofOutput(all.newSeq(), all.octets(), segment.newSeq(), segment.octets()));
      }
    }
    return (long) twin.decided() * twin.decided() / 2;
  }

  private static long compareFolded(RandomGenerator random) {
    EditedStream stream = shortStream(random);
    StreamTwin twin = stream.twin;
    long[] earlier = new long[twin.decided() + 5];
    Arrays.setAll(earlier, i -> stream.map.before(stream.org(i)));
    int folded = 0;
    for (int acked = 0; acked <= twin.newEnd(); acked += 1 + random.nextInt(twin.newEnd() + 1)) {
      folded = stream.foldTo(acked);
      Same.truth("never beyond what was acknowledged", acked, true, isWithin(stream, acked));
    }
    long base = stream.org(twin.baseAfter(folded));
    Invariants.Mapping mapping = Invariants.Mapping.of(stream.map);
    none(Invariants.ofFolding(mapping, base, stream.orgShift, earlier));
    compareAtBase(stream, twin.baseAfter(folded), twin.newBaseAfter(folded));
    for (int p = twin.baseAfter(folded) + 1; p <= twin.decided(); p++) {
      if (twin.down(p) > twin.baseAfter(folded)) {
        comparePosition(stream, p);
      }
    }
    compareBelowBase(stream, twin.baseAfter(folded), twin.newBaseAfter(folded));
    return 7L * twin.decided();
  }

  private static boolean isWithin(EditedStream stream, int acked) {
    long newBase = stream.commands.basePosition() + stream.commands.baseOffset();
    return newBase <= stream.renewed(acked);
  }

  /** Folded insertions at the base lie before it; the others at the base lie after it. */
  private static void compareAtBase(EditedStream stream, int base, int newBase) {
    OffsetMap map = stream.map;
    long org = stream.org(base);
    int end = base == stream.twin.decided() ? stream.twin.newEnd() : newBase;
    Same.position("before base", base, stream.renewed(newBase), map.before(org));
    Same.position("after base", base, stream.renewed(stream.twin.after(base)), map.after(org));
    Same.position("data start at base", base, stream.renewed(newBase), map.dataStart(org));
    Same.position("data end at base", base, stream.renewed(end), map.dataEnd(org));
    Same.truth("cut at base", base, true, map.isCut(org));
    Same.position("forward at base", base, map.before(org), map.acknowledgementForward(org));
  }

  private static void compareBelowBase(EditedStream stream, int base, int newBase) {
    StreamTwin twin = stream.twin;
    SackMap sacks = new SackMap(stream.map);
    for (int p = 0; p < base; p++) {
      Same.position("below", p, stream.renewed(newBase), stream.map.before(stream.org(p)));
    }
    for (int a = 0; a <= twin.newEnd(); a++) {
      int acked = Math.max(base, twin.acknowledgement(a));
      long mapped = stream.map.acknowledgement(stream.renewed(a));
      Same.position("folded", a, stream.org(acked), mapped);
      int first = a > newBase ? twin.firstCutFrom(a) : base;
      long start = sacks.start(stream.renewed(a), Long.MIN_VALUE);
      Same.position("first cut after folding", a, stream.org(first), start);
    }
  }

  private static long checkInvariants(RandomGenerator random) {
    EditedStream stream = shortStream(random);
    Invariants.Mapping mapping = Invariants.Mapping.of(stream.map);
    long start = stream.orgShift;
    long end = stream.map.decided();
    none(Invariants.ofMapping(mapping, start, end));
    SackMap sacks = new SackMap(stream.map);
    long left = stream.newShift;
    for (long right = left + 1; right <= stream.map.newEnd(); right++) {
      long orgLeft = sacks.start(left, start);
      long orgRight = sacks.end(right);
      if (orgLeft < orgRight) {
        none(Invariants.ofSack(mapping, left, right, orgLeft, orgRight));
      }
    }
    return 4 * (end - start);
  }

  private static void none(Set<Invariant> violated) {
    if (!violated.isEmpty()) {
      throw new AssertionError("violated=" + violated);
    }
  }
}
