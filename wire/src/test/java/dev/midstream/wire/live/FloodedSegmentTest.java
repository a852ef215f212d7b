package dev.midstream.wire.live;

import static dev.midstream.wire.header.TestFrames.NOTHING;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.afpacket.Share;
import dev.midstream.wire.bucket.BucketFilter;
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.bucket.BucketKey;
import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegCounter;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two nodes on segments that flood. Each node sees every frame, also those that the other one has
 * sent. Each has one worker, and the filter for its own buckets.
 */
@Tag("live")
final class FloodedSegmentTest {
  private static final byte[] CLIENT = hex("024d49445354");
  private static final byte[] SERVER = hex("024d49445355");
  private static final byte[] TO_ALL = hex("ffffffffffff");
  private static final int FRAMES = 200;

  private final long seed = Long.getLong("midstream.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final BucketHash hash =
      new BucketHash(
          new BucketKey(
              random.nextInt(),
              random.nextInt(),
              random.nextInt(),
              random.nextInt(),
              random.nextInt()),
          1_024);

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @Test
  @DisplayName("LD-9 HSI-2 shared-mac: one node forwards each frame, TCP or not, also after a move")
  void forwardsEachFrameOnce() throws Exception {
    BitSet half = new BitSet();
    for (int bucket = 0; bucket < hash.buckets(); bucket++) {
      half.set(bucket, random.nextBoolean());
    }
    try (Switched network = Switched.flooding();
        RawEndpoint client = RawEndpoint.at(network.client, "c0", CLIENT);
        RawEndpoint atServer = RawEndpoint.at(network.server, "s0", CLIENT);
        RawEndpoint server = RawEndpoint.at(network.server, "s0", SERVER);
        RawEndpoint atClient = RawEndpoint.at(network.client, "c0", SERVER);
        LiveBox first = start(network.first, filter(half, false));
        LiveBox next = start(network.next, filter(half, true))) {
      exchange(client, atServer, server, atClient);
      assertThat(forwarded(first)).isPositive();
      assertThat(forwarded(next)).isPositive();

      first.setFilter(filter(new BitSet(), false));
      next.setFilter(filter(new BitSet(), true));
      long before = forwarded(first);
      exchange(client, atServer, server, atClient);
      assertThat(forwarded(first)).as("without buckets").isEqualTo(before);
      assertThat(first.drops()).isEmpty();
      assertThat(next.drops()).isEmpty();
    }
  }

  /** Sends frames of all kinds in both directions; each must arrive once, and nothing else. */
  private void exchange(
      RawEndpoint client, RawEndpoint atServer, RawEndpoint server, RawEndpoint atClient) {
    for (int i = 0; i < FRAMES; i++) {
      byte[] up = frame(CLIENT);
      client.send(up);
      assertThat(atServer.receive(5_000)).as("frame=%d seed=%d", i, seed).isEqualTo(up);
      byte[] down = frame(SERVER);
      server.send(down);
      assertThat(atClient.receive(5_000)).as("frame=%d seed=%d", i, seed).isEqualTo(down);
    }
    assertThat(atServer.receive(200)).as("seed=%d", seed).isNull();
    assertThat(atClient.receive(200)).as("seed=%d", seed).isNull();
  }

  private FilterProgram filter(BitSet buckets, boolean isComplement) {
    BitSet set = (BitSet) buckets.clone();
    if (isComplement) {
      set.flip(0, hash.buckets());
    }
    return BucketFilter.of(hash, set);
  }

  private static long forwarded(LiveBox box) {
    return box.counters(Leg.INSIDE).get(LegCounter.SENT_FRAMES)
        + box.counters(Leg.OUTSIDE).get(LegCounter.SENT_FRAMES);
  }

  private static LiveBox start(NameSpace at, FilterProgram filter) {
    return LiveBox.start(
        at,
        new ObservingBox(),
        live -> AfPacketPort.open("in0", "out0", ReceiveMode.MESSAGES, new Share(filter, 1), live));
  }

  private byte[] frame(byte[] source) {
    byte[] segment = tcp(NOTHING, counting(random.nextInt(1_000)));
    segment[0] = (byte) random.nextInt(256);
    segment[1] = (byte) random.nextInt(256);
    byte[] rest =
        switch (random.nextInt(7)) {
          case 0 -> join(hex("0800"), ipv4(segment));
          case 1 -> join(hex("86dd"), ipv6(segment));
          case 2 -> join(hex("86dd"), ipv6(17, NOTHING, segment));
          case 3 -> join(hex("8100 0007 0800"), ipv4(segment));
          case 4 -> join(hex("0800"), fragment(ipv4(segment)));
          case 5 -> join(hex("0806 0001 0800 0604 0001"), counting(20 + random.nextInt(20)));
          default -> join(hex("88b5"), counting(random.nextInt(100)));
        };
    return join(TO_ALL, source, rest);
  }

  private static byte[] fragment(byte[] datagram) {
    datagram[6] = 0x20;
    return datagram;
  }
}
