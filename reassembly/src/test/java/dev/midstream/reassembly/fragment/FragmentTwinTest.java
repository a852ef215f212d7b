package dev.midstream.reassembly.fragment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.fragment.FragmentReassembler.Outcome;
import dev.midstream.reassembly.fragment.NaiveReassembler.Piece;
import dev.midstream.reassembly.fragment.NaiveReassembler.Verdict;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.FragmentLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.segment.DatagramBuilder;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Random fragments of several datagrams, in any order, twice, overlapping, damaged or missing,
 * compared with {@link NaiveReassembler}.
 */
class FragmentTwinTest {
  private static final int ROUNDS = 600;
  private static final int EDITED_PORT = 80;
  private static final int UNIT = 8;

  /** The ports and what else tells an edited connection. */
  private static final int FIXED_BYTES = 16;

  private static final FragmentLimits LIMITS = new FragmentLimits(1 << 24, 4_096, 1_024, 100);
  private static final List<Reason> REASONS =
      List.of(
          Reason.ABSORBED,
          Reason.FRAGMENT,
          Reason.FRAGMENT_OVERLAP,
          Reason.FRAGMENT_TINY,
          Reason.MALFORMED);

  private int completed;
  private int overlapped;

  @Test
  @DisplayName(
      "HDP-12 C-54 C-62 RFC 5722 random fragments meet the verdicts of a naive reassembler")
  void equalsANaiveReassembler() {
    SeededRounds.run(ROUNDS, random -> new Round(random).run());
    if (!SeededRounds.isReplay()) {
      assertThat(completed).isGreaterThan(ROUNDS / 4);
      assertThat(overlapped).isGreaterThan(ROUNDS / 4);
    }
  }

  /** One engine and its twin. */
  private final class Round {
    private final RandomGenerator random;
    private final Counters counters = new Counters();
    private final MemoryBudget budget = new MemoryBudget(1 << 24, 0);
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final FrameView view = new FrameView();
    private final List<Octets> left = new ArrayList<>();
    private final NaiveReassembler twin = new NaiveReassembler(LIMITS.nanos());
    private final FragmentReassembler reassembler =
        new FragmentReassembler(
            new EngineConfiguration(
                Mode.ENFORCE,
                new RuleTable(List.of(), Action.ALLOW, Mode.ENFORCE),
                Policies.DEFAULTS,
                EngineLimits.DEFAULTS.withFragments(LIMITS),
                Timeouts.DEFAULTS,
                Vantage.INLINE),
            new KeyedHash(new HashSeed(1, 2)),
            segment -> segment.destinationPort() == EDITED_PORT,
            counters,
            allocator,
            budget,
            new FragmentPool(LIMITS),
            new DatagramBuilder());
    private final Ends ends;
    private final byte[] frame;
    private final int length;
    private long nowNanos;

    Round(RandomGenerator random) {
      this.random = random;
      Ends version = random.nextBoolean() ? Ends.IPV4 : Ends.IPV6;
      ends = version.withPorts(40_000, random.nextInt(4) == 0 ? 443 : EDITED_PORT);
      byte[] octets = new byte[1 + random.nextInt(600)];
      random.nextBytes(octets);
      frame = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER).payload(Octets.of(octets)).build();
      length = frame.length - FrameFragments.payloadOffset(frame);
    }

    void run() {
      List<Piece> pieces = new ArrayList<>();
      for (int id = 1 + random.nextInt(4); id > 0; id--) {
        pieces.addAll(drawDatagram(id));
      }
      if (random.nextBoolean()) {
        Collections.shuffle(pieces, new Random(random.nextLong()));
      }
      for (Piece piece : pieces) {
        nowNanos += random.nextInt(20) == 0 ? 60 : 1;
        reassembler.onTimer(nowNanos, this::leave);
        twin.expire(nowNanos);
        compare(piece);
      }
      reassembler.onTimer(nowNanos + LIMITS.nanos(), this::leave);
      assertThat(budget.usedBytes()).isZero();
      assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    private void compare(Piece piece) {
      left.clear();
      long[] before = REASONS.stream().mapToLong(counters::of).toArray();
      Verdict expected = twin.take(piece, ends.serverPort() == EDITED_PORT, nowNanos);
      Packet packet = Frames.packet(octets(piece), Leg.INSIDE, nowNanos);
      assertThat(view.read(packet)).isEqualTo(FrameKind.FRAGMENT);
      Outcome outcome = reassembler.reassemble(view, nowNanos, this::leave);
      assertThat(outcome).as("%s", piece).isEqualTo(outcome(expected));
      for (int i = 0; i < before.length; i++) {
        boolean moved = counters.of(REASONS.get(i)) > before[i];
        assertThat(moved)
            .as("%s %s", REASONS.get(i), piece)
            .isEqualTo(REASONS.get(i) == expected.reason());
      }
      List<Octets> released = expected.released().stream().map(this::whole).toList();
      assertThat(left).isEqualTo(released);
      overlapped += expected.reason() == Reason.FRAGMENT_OVERLAP ? 1 : 0;
      if (expected.datagram() != null) {
        completed++;
        assertThat(payload(reassembler.datagram())).isEqualTo(expected.datagram());
        reassembler.done();
      }
    }

    private static Outcome outcome(Verdict verdict) {
      if (verdict.datagram() != null) {
        return Outcome.COMPLETE;
      }
      return verdict.reason() == Reason.FRAGMENT ? Outcome.PASSES : Outcome.CONSUMED;
    }

    private void leave(Packet packet) {
      left.add(Octets.of(Frames.octets(packet)));
    }

    private Octets whole(Piece piece) {
      return Octets.of(octets(piece));
    }

    private byte[] octets(Piece piece) {
      byte[] headers = Arrays.copyOf(frame, FrameFragments.payloadOffset(frame));
      return FrameFragments.make(
          headers, piece.id(), piece.start(), piece.octets().toArray(), piece.more());
    }

    private Octets payload(Packet datagram) {
      byte[] octets = Frames.octets(datagram);
      int at = FrameFragments.payloadOffset(frame);
      return Octets.of(Arrays.copyOfRange(octets, at, octets.length));
    }

    /** The pieces of a datagram, of which some are missing or double, and some that do not fit. */
    private List<Piece> drawDatagram(int id) {
      List<Piece> pieces = new ArrayList<>();
      int start = 0;
      for (int cut : drawCuts()) {
        pieces.add(piece(id, start, cut));
        start = cut;
      }
      pieces.add(piece(id, start, length));
      if (random.nextInt(4) == 0) {
        pieces.remove(random.nextInt(pieces.size()));
      }
      for (int i = random.nextInt(3) * random.nextInt(2); i > 0; i--) {
        pieces.add(random.nextInt(pieces.size() + 1), drawOdd(id, pieces));
      }
      if (random.nextInt(3) == 0) {
        Collections.shuffle(pieces, new Random(random.nextLong()));
      }
      return pieces;
    }

    private SortedSet<Integer> drawCuts() {
      SortedSet<Integer> cuts = new TreeSet<>();
      int least = random.nextInt(8) == 0 ? 1 : 3;
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        int most = Math.max(least, (length - 1) / UNIT);
        cuts.add(UNIT * (least + random.nextInt(most - least + 1)));
      }
      cuts.removeIf(cut -> cut >= length);
      // A fragment that starts at 0 and is the last one is a whole packet.
      return cuts.isEmpty() ? new TreeSet<>(List.of(UNIT)) : cuts;
    }

    private Piece piece(int id, int start, int end) {
      int at = FrameFragments.payloadOffset(frame);
      Octets octets = Octets.of(Arrays.copyOfRange(frame, at + start, at + end));
      return new Piece(id, start, octets, end < length);
    }

    /** A duplicate, one with other octets or another end, or any range. */
    private Piece drawOdd(int id, List<Piece> pieces) {
      Piece like =
          pieces.isEmpty() ? piece(id, 0, UNIT) : pieces.get(random.nextInt(pieces.size()));
      byte[] octets = like.octets().toArray();
      return switch (random.nextInt(5)) {
        case 0 -> like;
        case 1 -> {
          octets[random.nextInt(Math.min(octets.length - 1, FIXED_BYTES), octets.length)] ^= 1;
          yield new Piece(id, like.start(), Octets.of(octets), like.more());
        }
        case 2 -> new Piece(id, like.start(), like.octets(), like.start() == 0 || !like.more());
        case 3 -> {
          Octets shorter = Octets.of(Arrays.copyOf(octets, 1 + random.nextInt(octets.length)));
          yield new Piece(id, like.start(), shorter, like.start() == 0 || like.more());
        }
        default -> drawRange(id);
      };
    }

    private Piece drawRange(int id) {
      int start = UNIT * random.nextInt(length / UNIT + 12);
      byte[] octets = new byte[UNIT * (1 + random.nextInt(20))];
      random.nextBytes(octets);
      int at = FrameFragments.payloadOffset(frame) + start;
      if (at < frame.length) {
        System.arraycopy(frame, at, octets, 0, Math.min(octets.length, frame.length - at));
      }
      return new Piece(id, start, Octets.of(octets), start == 0 || random.nextInt(4) > 0);
    }
  }
}
