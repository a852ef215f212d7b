package dev.midstream.wire.live;

import static dev.midstream.wire.header.TestFrames.DESTINATION_4;
import static dev.midstream.wire.header.TestFrames.NOTHING;
import static dev.midstream.wire.header.TestFrames.SOURCE_4;
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
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegCounter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several ports on the same interfaces, each with its share of the frames. */
@Tag("live")
final class PortSharesTest {
  private static final BucketHash HASH =
      new BucketHash(new BucketKey(0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f, 0x165667b1));
  private static final int SHARES = 3;
  private static final int FRAMES = 300;
  private static final byte[] CLIENT = hex("024d49445354");
  private static final byte[] SERVER = hex("024d49445355");
  private static final byte[] TO_ALL = hex("ffffffffffff");

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-15 every frame passes exactly one port, the same in both directions")
  void passesEveryFrameThroughExactlyOnePort(ReceiveMode mode) throws Exception {
    long seed = Long.getLong("midstream.seed", 1);
    SplittableRandom random = new SplittableRandom(seed);
    List<LiveBox> boxes = new ArrayList<>();
    try (Network network = new Network(1500);
        RawEndpoint clientSends = RawEndpoint.at(network.client, "c0", CLIENT);
        RawEndpoint clientReceives = RawEndpoint.at(network.client, "c0", SERVER);
        RawEndpoint serverSends = RawEndpoint.at(network.server, "s0", SERVER);
        RawEndpoint serverReceives = RawEndpoint.at(network.server, "s0", CLIENT)) {
      for (int share = 0; share < SHARES; share++) {
        boxes.add(start(network, mode, share));
      }
      int[] used = new int[SHARES];
      for (int i = 0; i < FRAMES; i++) {
        int kind = random.nextInt(8);
        int port = random.nextInt(65_536);
        long[] before = received(boxes);
        byte[] up = frame(CLIENT, datagram(kind, port, true));
        byte[] down = frame(SERVER, datagram(kind, port, false));
        clientSends.send(up);
        assertThat(serverReceives.receive(5_000)).as("frame=%d seed=%d", i, seed).isEqualTo(up);
        int upBy = grown(before, received(boxes));
        long[] between = received(boxes);
        serverSends.send(down);
        assertThat(clientReceives.receive(5_000)).as("frame=%d seed=%d", i, seed).isEqualTo(down);
        assertThat(grown(between, received(boxes)))
            .as("kind=%d frame=%d seed=%d", kind, i, seed)
            .isEqualTo(upBy);
        used[upBy]++;
      }
      assertThat(used).as("frames of each port").doesNotContain(0);
      assertThat(serverReceives.receive(0)).isNull();
      assertThat(clientReceives.receive(0)).isNull();
    } finally {
      boxes.forEach(LiveBox::close);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-15 shares stay the same when an interface goes down and up")
  void keepsSharesWhenInterfaceGoesDownAndUp(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        RawEndpoint clientSends = RawEndpoint.at(network.client, "c0", CLIENT);
        RawEndpoint serverReceives = RawEndpoint.at(network.server, "s0", CLIENT);
        LiveBox first = start(network, mode, 0);
        LiveBox second = start(network, mode, 1);
        LiveBox third = start(network, mode, 2)) {
      List<LiveBox> boxes = List.of(first, second, third);
      int[] before = receivingPorts(boxes, clientSends, serverReceives);
      network.box.ip("link set out0 down");
      for (LiveBox box : List.of(third, first, second)) {
        box.nextChange();
      }
      network.box.ip("link set out0 up");
      for (LiveBox box : List.of(second, third, first)) {
        box.nextChange();
      }
      Traffic.bulk(network, "10.1.0.2", 5_000_000);
      assertThat(receivingPorts(boxes, clientSends, serverReceives)).isEqualTo(before);
      assertThat(serverReceives.receive(0)).isNull();
    }
  }

  /** The box that received each of some frames, all of which arrived. */
  private static int[] receivingPorts(List<LiveBox> boxes, RawEndpoint from, RawEndpoint to) {
    assertThat(to.receive(0)).as("no earlier frame is pending").isNull();
    return IntStream.range(0, 20).map(port -> receivingPort(boxes, from, to, port)).toArray();
  }

  /** Retries while kernels send frames of their own. */
  private static int receivingPort(
      List<LiveBox> boxes, RawEndpoint from, RawEndpoint to, int port) {
    byte[] sent = frame(CLIENT, datagram(0, 30_000 + port, true));
    int[] grown = {};
    for (int tries = 0; tries < 20 && grown.length != 1; tries++) {
      long[] before = received(boxes);
      from.send(sent);
      assertThat(to.receive(5_000)).as("port=%d", port).isEqualTo(sent);
      long[] after = received(boxes);
      grown = IntStream.range(0, SHARES).filter(share -> after[share] > before[share]).toArray();
    }
    assertThat(grown).as("port=%d", port).hasSize(1);
    return grown[0];
  }

  private static LiveBox start(Network network, ReceiveMode mode, int share) {
    return LiveBox.start(
        network.box,
        new ObservingBox(),
        live ->
            AfPacketPort.open(
                "in0",
                "out0",
                mode,
                new Share(BucketFilter.ofShare(HASH, share, SHARES), SHARES),
                live));
  }

  /**
   * The number of frames that each box received. Frames that kernels send on their own are few and
   * belong to bucket 0.
   */
  private static long[] received(List<LiveBox> boxes) {
    return boxes.stream()
        .mapToLong(box ->
            box.counters(Leg.INSIDE).get(LegCounter.RECEIVED_FRAMES)
                + box.counters(Leg.OUTSIDE).get(LegCounter.RECEIVED_FRAMES))
        .toArray();
  }

  /** The box that received the frame; the first one only if no other did. */
  private static int grown(long[] before, long[] after) {
    return IntStream.range(0, SHARES)
        .boxed()
        .filter(share -> after[share] > before[share])
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static byte[] frame(byte[] source, byte[] rest) {
    return join(TO_ALL, source, rest);
  }

  private static byte[] datagram(int kind, int port, boolean up) {
    byte[] ports = up ? ports(port, 80) : ports(80, port);
    byte[] segment = tcp(NOTHING, counting(port % 1_000));
    System.arraycopy(ports, 0, segment, 0, 4);
    return switch (kind) {
      case 0 -> join(hex("0800"), turned(ipv4(segment), up));
      case 1 -> join(hex("86dd"), turned(ipv6(segment), up));
      case 2 -> join(hex("0800"), turned(ipv4(hex("94040000"), segment), up));
      case 3 -> join(hex("8100 0007 0800"), turned(ipv4(segment), up));
      case 4 -> join(hex("88a8 0007 8100 0008 86dd"), turned(ipv6(segment), up));
      case 5 -> join(hex("0800"), fragment(turned(ipv4(segment), up)));
      case 6 -> join(hex("88b5"), ports);
      default -> join(hex("0800"), turned(ipv4(ports), up));
    };
  }

  private static byte[] fragment(byte[] datagram) {
    datagram[6] = 0x20;
    return datagram;
  }

  private static byte[] ports(int source, int destination) {
    return new byte[] {
      (byte) (source >>> 8), (byte) source, (byte) (destination >>> 8), (byte) destination
    };
  }

  /** The datagram, with source and destination exchanged if it goes down. */
  private static byte[] turned(byte[] datagram, boolean up) {
    if (up) {
      return datagram;
    }
    int length = datagram[0] >>> 4 == 4 ? SOURCE_4.length : 16;
    int at = length == DESTINATION_4.length ? 12 : 8;
    byte[] source = Arrays.copyOfRange(datagram, at, at + length);
    System.arraycopy(datagram, at + length, datagram, at, length);
    System.arraycopy(source, 0, datagram, at + length, length);
    return datagram;
  }
}
