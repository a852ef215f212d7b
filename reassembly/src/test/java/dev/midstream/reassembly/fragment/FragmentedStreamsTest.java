package dev.midstream.reassembly.fragment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.TwoEngines;
import dev.midstream.testkit.agent.OctetEdits;
import dev.midstream.testkit.box.FragmentingBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Draws;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.wire.packet.Box;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Simulated endpoints whose packets are fragmented at random before the engine; {@code
 * -Dmidstream.effort} multiplies the rounds.
 */
@Tag("worlds")
class FragmentedStreamsTest {
  private static final int ROUNDS = 500;
  private static final long MILLI = 1_000_000L;
  private static final long DEADLINE_NANOS = 3_600_000 * MILLI;
  private static final int MAX_BYTES = 12_000;

  /** The longest TCP header; a shorter first fragment might be tiny. */
  private static final int MIN_FIRST_BYTES = 64;

  @Test
  @DisplayName(
      "HDP-12 C-53 C-54 law 1: fragmented streams arrive edited, in any order of fragments")
  void editsFragmentedStreams() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          OctetEdits edits = OctetEdits.any(random);
          Engine engine = TestEngine.inline(edits.agent()).engine();
          long endNanos = converse(random, Draws.ends(random), edits, engine, engine);
          engine.finish(endNanos, packet -> {});
          assertThat(engine.budget().usedBytes()).isZero();
        });
  }

  @Test
  @DisplayName(
      "HDP-12 HDP-15 law 1: fragmented streams arrive edited if another engine reassembles them")
  void editsFragmentedStreamsOfAnotherOwner() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          OctetEdits edits = OctetEdits.any(random);
          TwoEngines engines =
              new TwoEngines(router -> TestEngine.inline(edits.agent()).router(router).engine());
          Ends ends = Draws.ends(random).withPorts(40_001, 80);
          long endNanos = converse(random, ends, edits, engines, engines.first());
          engines.finish(endNanos, packet -> {});
          assertThat(engines.first().budget().usedBytes()).isZero();
          assertThat(engines.second().budget().usedBytes()).isZero();
          assertThat(engines.first().counters().of(Reason.REDIRECTED)).isPositive();
        });
  }

  /**
   * Runs one conversation through {@code box}; {@code reassembling} receives the fragments. Returns
   * the end time.
   */
  private static long converse(
      RandomGenerator random, Ends ends, OctetEdits edits, Box box, Engine reassembling) {
    Fragmenting fragmenting = new Fragmenting(random);
    SimulatedNetwork network = new SimulatedNetwork(Path.of(10 * MILLI), random.nextLong());
    network.place(new FragmentingBox(box, fragmenting::cut));
    network.observe((place, leg, packet, nowNanos) -> {
      if (place == Place.OUT_OF_BOX) {
        assertThat(packet.length() - 14).as("a packet left").isLessThanOrEqualTo(fragmenting.room);
      }
    });
    Conversation talk =
        network.open(
            ends,
            Party.opening(EndpointOptions.MODERN, Draws.writing(random, MAX_BYTES).close()),
            Party.waiting(EndpointOptions.CLASSIC, Draws.writing(random, MAX_BYTES).close()));

    assertThat(network.runUntilDone(DEADLINE_NANOS)).as("ends: %s", talk).isTrue();
    new StreamOracle(edits::apply, edits::apply).checkComplete(talk);
    for (TcpEndpoint end : List.of(talk.client(), talk.server())) {
      assertThat(end.counters().get(Counter.CONFLICTS)).as("law 2: %s", talk).isZero();
    }
    if (fragmenting.overlapped > 0) {
      assertThat(reassembling.counters().of(Reason.FRAGMENT_OVERLAP)).isPositive();
    }
    return network.nowNanos();
  }

  /** Fragments frames at random, with reordering, duplicates and overlaps. */
  private static final class Fragmenting {
    private final RandomGenerator random;
    private int overlapped;

    /** The largest IP packet received, or the minimum that every path carries. */
    private int room = 40 + 536;

    Fragmenting(RandomGenerator random) {
      this.random = random;
    }

    List<byte[]> cut(byte[] frame, int id) {
      int length = frame.length - FrameFragments.payloadOffset(frame);
      if (length <= MIN_FIRST_BYTES || random.nextInt(10) == 0) {
        return note(List.of(frame));
      }
      List<byte[]> all = new ArrayList<>();
      if (random.nextInt(8) == 0) {
        all.addAll(overlapping(frame, -id, length));
      }
      List<byte[]> whole = new ArrayList<>(FrameFragments.cut(frame, id, cuts(length)));
      if (random.nextBoolean()) {
        Collections.shuffle(whole, new Random(random.nextLong()));
      }
      if (random.nextInt(4) == 0) {
        whole.add(random.nextInt(whole.size()), whole.get(random.nextInt(whole.size())));
      }
      all.addAll(whole);
      return note(all);
    }

    private List<byte[]> note(List<byte[]> frames) {
      boolean ipv6 = FrameFragments.payloadOffset(frames.getFirst()) > 34;
      room = Math.max(room, ipv6 ? 1_280 : 0);
      frames.forEach(frame -> room = Math.max(room, frame.length - 14));
      return frames;
    }

    private int[] cuts(int length) {
      TreeSet<Integer> cuts = new TreeSet<>();
      int count = 1 + random.nextInt(6);
      for (int i = 0; i < count; i++) {
        int max = (length - 1) / 8;
        cuts.add(8 * random.nextInt(MIN_FIRST_BYTES / 8, Math.max(max, 8) + 1));
      }
      cuts.removeIf(cut -> cut >= length);
      return cuts.stream().mapToInt(Integer::intValue).toArray();
    }

    private List<byte[]> overlapping(byte[] frame, int id, int length) {
      overlapped++;
      int cut = MIN_FIRST_BYTES / 2;
      List<byte[]> parts =
          new ArrayList<>(
              List.of(
                  FrameFragments.fragment(frame, id, 0, MIN_FIRST_BYTES, true),
                  FrameFragments.fragment(frame, id, cut, length, false)));
      Collections.shuffle(parts, new Random(random.nextLong()));
      return parts;
    }
  }
}
