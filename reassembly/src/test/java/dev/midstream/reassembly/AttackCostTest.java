package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Talk;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What hostile ends make the engine walk through. The work of a packet is bounded by the number of
 * pieces and ranges that are kept, so these are counted, not nanoseconds.
 */
class AttackCostTest {
  private static final long MILLI = 1_000_000L;
  private static final int OCTETS_OF_BLOCK = 8_192;
  private static final int RANGES = 1_000;
  private static final int STEP = OCTETS_OF_BLOCK / DelayedSegments.MAX_RANGES_OF_BLOCK;

  private static Talk open() {
    Engine engine = TestEngine.inline(SimpleAgents.passing()).engine();
    return new Talk(engine, Ends.IPV4, 0);
  }

  @Test
  @DisplayName("C-11 law 6 a segment over 1,400 that came octet by octet meets one piece")
  void comparesWithOnePiece() {
    Talk talk = open();
    for (int i = 0; i < 1_400; i++) {
      talk.client(10 + i, 1);
    }
    assertThat(talk.stream().sender().delayed().size()).isOne();
    talk.client(10, 1_400);
    talk.client(0, 10);
    assertThat(talk.stream().heldEnd()).isEqualTo(1_410);
    assertThat(talk.stream().sender().delayed().isEmpty()).isTrue();
  }

  @Test
  @DisplayName(
      "C-11 law 6 more than 128 gaps in 8 KiB are refused, and few octets take little memory")
  void boundsGaps() {
    Talk talk = open();
    for (int i = 0; i < DelayedSegments.MAX_RANGES; i++) {
      talk.client(10 + 2L * i, 1);
    }
    DelayedSegments delayed = talk.stream().sender().delayed();
    assertThat(delayed.size()).isEqualTo(DelayedSegments.MAX_RANGES_OF_BLOCK);
    assertThat(delayed.chargedBytes()).isLessThan(70L * DelayedSegments.MAX_RANGES_OF_BLOCK);
    talk.client(11, 1);
    talk.client(100, 100);
    assertThat(delayed.size()).as("what touches others").isLessThan(80);
    assertThat(delayed.contiguousEnd(100)).isEqualTo(200 + 1);
  }

  @Test
  @DisplayName("C-11 law 6 a segment in order over 128 others removes them in one step")
  void coversAllAtOnce() {
    Talk talk = open();
    for (int i = 0; i < DelayedSegments.MAX_RANGES_OF_BLOCK; i++) {
      talk.client(1 + 2L * i, 1);
    }
    Stream stream = talk.stream();
    byte[] octets = new byte[1_000];
    stream.sender().hold(MemorySegment.ofArray(octets), 0, octets.length);
    assertThat(stream.appendDelayed(false)).isFalse();
    assertThat(stream.sender().delayed().isEmpty()).isTrue();
    assertThat(stream.heldEnd()).isEqualTo(octets.length);
  }

  @Test
  @DisplayName(
      "C-11 law 6 what 700 segments brought is appended in one step once their gap is filled")
  void appendsAllAtOnce() {
    Talk talk = open();
    for (int i = 0; i < 700; i++) {
      talk.client(1 + 2L * i, 2);
    }
    Stream stream = talk.stream();
    stream.sender().hold(MemorySegment.ofArray(new byte[1]), 0, 1);
    assertThat(stream.appendDelayed(false)).isTrue();
    assertThat(stream.sender().delayed().isEmpty()).isTrue();
    assertThat(stream.heldEnd()).isEqualTo(1_401);
  }

  @Test
  @DisplayName("H-3 law 6 ranges that both ends make up are walked through in bounded steps")
  void boundsVouchedAndReportedRanges() {
    Talk talk = open();
    for (int i = 0; i < RANGES; i++) {
      talk.client(1 + (long) STEP * i, 1);
      talk.runTimers(i * 2L * MILLI);
    }
    talk.runTimers(10_000 * MILLI);
    int end = STEP * RANGES;
    for (int at = 0; at < end; at += 1_000) {
      talk.client(at, 1_000);
    }
    for (int i = 0; i < RANGES; i += 3) {
      List<Long> sack = new ArrayList<>();
      for (int j = i; j < Math.min(RANGES, i + 3); j++) {
        sack.addAll(List.of(1 + (long) STEP * j, 2 + (long) STEP * j));
      }
      talk.server(0, sack);
    }
    Stream stream = talk.stream();
    assertThat(stream.releasedEnd()).isEqualTo(end);
    assertThat(stream.sender().custody().vouched().size())
        .isBetween(RangeSet.MAX_RANGES / 2, RangeSet.MAX_RANGES);
    assertThat(stream.receiver().scoreboard().sacked().size())
        .isBetween(RangeSet.MAX_RANGES / 2, RangeSet.MAX_RANGES);
    assertThat(RangeSet.MAX_RANGES).as("ranges walked through once for a packet").isEqualTo(256);
  }

  @Test
  @DisplayName("law 6 under memory pressure no packet moves all commands of a window")
  void keepsArraysUnderPressure() {
    LambdaAgent doubling =
        LambdaAgent.onClient((view, out) -> {
          for (int i = 0; i < view.length(); i++) {
            out.replace(1, Octets.ofText("yy"));
          }
        });
    EngineLimits limits = EngineLimits.DEFAULTS.withTotalBytes(MILLI);
    Engine engine = TestEngine.inline(doubling).limits(limits).engine();
    Talk talk = new Talk(engine, Ends.IPV4, 0);
    CommandList commands = talk.stream().edits().commands();
    int moves = 0;
    for (int i = 0; i < 34_000; i++) {
      long before = commands.heapBytes();
      talk.client(i, 1);
      moves += commands.heapBytes() == before ? 0 : 1;
      talk.server(2 * i + 2);
    }
    assertThat(engine.budget().isUnderPressure()).isTrue();
    assertThat(moves).isLessThan(20);
  }
}
