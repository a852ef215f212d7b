package dev.midstream.wire.live;

import static dev.midstream.wire.header.TestFrames.NOTHING;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.packet;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.afpacket.Share;
import dev.midstream.wire.bucket.BucketFilter;
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.bucket.BucketKey;
import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.header.FlowHashView;
import dev.midstream.wire.header.NetworkOrder;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.port.LegCounter;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.tun.TunPort;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Filters of running ports that are replaced while frames of a numbered flow come. */
@Tag("live")
final class FilterReplacementTest {
  private static final int BUCKETS = 4_096;
  private static final BucketHash HASH =
      new BucketHash(
          new BucketKey(0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f, 0x165667b1), BUCKETS);
  private static final byte[] CLIENT = hex("024d49445354");
  private static final byte[] TO_ALL = hex("ffffffffffff");
  private static final int BATCH = 100;
  private static final int NUMBER_AT = 14 + 20 + 4;

  private final long seed = Long.getLong("midstream.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private int sent;

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HSI-2 a frame of a kept bucket is received once, one of another never, meanwhile")
  void replacesFilterInOneStep(ReceiveMode mode) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (Network network = new Network(1500);
        RawEndpoint client = RawEndpoint.at(network.client, "c0", CLIENT);
        RawEndpoint server = RawEndpoint.at(network.server, "s0", CLIENT);
        LiveBox with = start(network, mode, filter(true));
        LiveBox without = start(network, mode, filter(false))) {
      FutureTask<Integer> replacing = new FutureTask<>(() -> replace(with, without, over));
      Thread.ofPlatform().start(replacing);
      for (int batch = 0; batch < 100; batch++) {
        assertThat(pass(client, server)).as("seed=%d", seed).isEqualTo(numbers(1));
      }
      over.set(true);
      assertThat(replacing.get()).as("replacements").isGreaterThan(100);
      assertThat(server.receive(100)).isNull();
      assertThat(without.counters(Leg.INSIDE).get(LegCounter.SENT_FRAMES)).isZero();
      assertThat(without.counters(Leg.OUTSIDE).get(LegCounter.SENT_FRAMES)).isZero();
    }
  }

  private int replace(LiveBox with, LiveBox without, AtomicBoolean over) {
    int replacements = 0;
    while (!over.get()) {
      with.setFilter(filter(true));
      without.setFilter(filter(false));
      replacements++;
    }
    return replacements;
  }

  @Test
  @DisplayName("HSI-4 a bucket moves between ports without a frame that neither receives")
  void movesBucketWithoutGap() throws Exception {
    try (Network network = new Network(1500);
        RawEndpoint client = RawEndpoint.at(network.client, "c0", CLIENT);
        RawEndpoint server = RawEndpoint.at(network.server, "s0", CLIENT);
        LiveBox giver = start(network, ReceiveMode.MESSAGES, filter(true));
        LiveBox taker = start(network, ReceiveMode.MESSAGES, filter(false))) {
      for (int move = 0; move < 10; move++) {
        LiveBox from = move % 2 == 0 ? giver : taker;
        LiveBox to = move % 2 == 0 ? taker : giver;
        assertThat(pass(client, server)).isEqualTo(numbers(1));
        to.setFilter(filter(true));
        assertThat(pass(client, server, 2)).as("both have it").isEqualTo(numbers(2));
        from.setFilter(filter(false));
        assertThat(pass(client, server)).isEqualTo(numbers(1));
      }
      assertThat(server.receive(100)).isNull();
    }
  }

  @Test
  void replacesLongestFilterWithLittleMemoryForOptions() throws Exception {
    try (Network network = new Network(1500);
        RawEndpoint client = RawEndpoint.at(network.client, "c0", CLIENT);
        RawEndpoint server = RawEndpoint.at(network.server, "s0", CLIENT)) {
      network.box.set("core/optmem_max", "20480"); // the default before Linux 6.7
      try (LiveBox box = start(network, ReceiveMode.MESSAGES, longest())) {
        for (int round = 0; round < 100; round++) {
          box.setFilter(longest());
        }
        assertThat(pass(client, server)).isEqualTo(numbers(1));
      }
    }
  }

  @Test
  void refusesFilterOfTunPort() {
    try (NameSpace box = new NameSpace();
        LiveBox port = LiveBox.start(box, new ObservingBox(), l -> TunPort.open("t0", "t1", l))) {
      assertThatThrownBy(() -> port.setFilter(filter(true)))
          .hasRootCauseInstanceOf(PortException.class)
          .hasStackTraceContaining("has no filter");
    }
  }

  private static LiveBox start(Network network, ReceiveMode mode, FilterProgram filter) {
    return LiveBox.start(
        network.box,
        new ObservingBox(),
        live -> AfPacketPort.open("in0", "out0", mode, new Share(filter, 2), live));
  }

  /** A filter of any buckets but 0, with or without that of the flow. */
  private FilterProgram filter(boolean withFlow) {
    BitSet buckets = new BitSet();
    int maxRun = 1 + random.nextInt(64);
    for (int bucket = 1; bucket < BUCKETS; bucket += 1 + random.nextInt(maxRun)) {
      buckets.set(bucket, Math.min(BUCKETS, bucket + 1 + random.nextInt(maxRun)));
    }
    buckets.set(bucketOfFlow(), withFlow);
    return BucketFilter.of(HASH, buckets);
  }

  private FilterProgram longest() {
    BitSet buckets = new BitSet();
    for (int bucket = 0; bucket < BUCKETS; bucket += 33) {
      buckets.set(bucket);
    }
    buckets.set(bucketOfFlow());
    return BucketFilter.of(HASH, buckets);
  }

  private static int bucketOfFlow() {
    FlowHashView flow = new FlowHashView();
    assertThat(flow.read(packet(LinkType.ETHERNET, frame(0)))).isTrue();
    int bucket = HASH.of(flow);
    assertThat(bucket).isPositive();
    return bucket;
  }

  /** Sends a batch of frames; returns the numbers of those that arrived, sorted. */
  private List<Integer> pass(RawEndpoint client, RawEndpoint server) {
    return pass(client, server, 1);
  }

  /** Sends a batch of frames, each of which should arrive {@code times} times. */
  private List<Integer> pass(RawEndpoint client, RawEndpoint server, int times) {
    List<Integer> arrived = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      client.send(frame(sent++));
    }
    byte[] frame = server.receive(5_000);
    while (frame != null) {
      arrived.add(NetworkOrder.fourOctets(MemorySegment.ofArray(frame), NUMBER_AT));
      boolean last = arrived.size() >= BATCH * times && arrived.getLast() == sent - 1;
      frame = server.receive(last ? 20 : 5_000);
    }
    arrived.sort(Integer::compare);
    return arrived;
  }

  private List<Integer> numbers(int times) {
    List<Integer> numbers = new ArrayList<>();
    for (int number = sent - BATCH; number < sent; number++) {
      for (int time = 0; time < times; time++) {
        numbers.add(number);
      }
    }
    return numbers;
  }

  private static byte[] frame(int number) {
    byte[] frame = join(TO_ALL, CLIENT, hex("0800"), ipv4(tcp(NOTHING, counting(10))));
    NetworkOrder.putFourOctets(MemorySegment.ofArray(frame), NUMBER_AT, number);
    return frame;
  }
}
