package dev.midstream.wire.bucket;

import static dev.midstream.wire.header.TestFrames.DESTINATION_4;
import static dev.midstream.wire.header.TestFrames.MACS;
import static dev.midstream.wire.header.TestFrames.NOTHING;
import static dev.midstream.wire.header.TestFrames.SOURCE_4;
import static dev.midstream.wire.header.TestFrames.TIMESTAMPS;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.octets;
import static dev.midstream.wire.header.TestFrames.packet;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.capture.Captures;
import dev.midstream.wire.fastpath.FastPathException;
import dev.midstream.wire.fastpath.FastPathProgram;
import dev.midstream.wire.header.FlowHashView;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BucketFilterTest {
  private static final int ROUNDS = 300_000;
  private static final int FRAMES_OF_A_ROUND = 100;

  /** Instructions of a program whose set needs no tree. */
  private static final int FLAT_LENGTH = 207;

  private static final byte[] TCP = tcp(TIMESTAMPS, counting(20));
  private static final byte[] UDP = hex("9c40 0035 0010 0000 0102030405060708");
  private static final byte[] EXCHANGE = hex("9c40 01f4 0010 0000 0102030405060708");
  private static final byte[] ECHO = hex("0800 0000 1234 0001 0102");
  private static final byte[] ECHO_6 = hex("8000 0000 1234 0001 0102");
  private static final byte[] IPV4 = hex("0800");
  private static final byte[] IPV6 = hex("86dd");

  /** Frames that the program can parse. */
  private static final List<byte[]> KNOWN =
      List.of(
          join(IPV4, ipv4(TCP)),
          join(IPV4, ipv4(hex("94040000"), TCP)),
          join(IPV4, datagram(17, 0x4000, UDP)),
          join(IPV4, datagram(17, 0, EXCHANGE)),
          join(IPV4, datagram(1, 0, ECHO)),
          join(IPV4, datagram(50, 0, counting(20))),
          join(IPV4, datagram(6, 0x2000, TCP)),
          join(IPV4, datagram(17, 7, UDP)),
          join(IPV6, ipv6(TCP)),
          join(IPV6, ipv6(17, NOTHING, UDP)),
          join(IPV6, ipv6(58, NOTHING, ECHO_6)),
          join(IPV6, ipv6(47, NOTHING, counting(8))),
          join(hex("8100 0005"), IPV4, ipv4(TCP)),
          join(hex("88a8 0005"), IPV6, ipv6(TCP)));

  /** Frames that it assigns to bucket 0. */
  private static final List<byte[]> UNKNOWN =
      List.of(
          join(IPV6, ipv6(0, hex("0600 c204 00010000"), TCP)),
          join(IPV6, ipv6(44, hex("0600 0001 12345678"), TCP)),
          join(IPV4, datagram(1, 0, join(hex("0303 0000 00000000"), ipv4(TCP)))),
          join(hex("8100 0005 8100 0006"), IPV4, ipv4(TCP)),
          join(hex("0806"), counting(28)),
          join(IPV4, datagram(132, 0, counting(20))),
          join(IPV4, Arrays.copyOf(ipv4(TCP), 22)),
          join(IPV4, hex("45")),
          hex("88cc"));

  private final FlowHashView flow = new FlowHashView();

  @Test
  @DisplayName("HDP-15 HSI-8 the filter accepts a known packet in the share of its bucket")
  void acceptsKnownPacketsInShareOfTheirBucket() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      FilteredShares shares = FilteredShares.equal(hash(random), 1 + random.nextInt(16));
      for (byte[] known : KNOWN) {
        byte[] frame = join(MACS, known);
        assertThat(flow.read(packet(LinkType.ETHERNET, frame))).isTrue();
        assertThat(shares.of(frame))
            .as("new Random(%dL), round %d: %s", seed, round, Arrays.toString(frame))
            .isEqualTo(shares.of(flow));
      }
      for (byte[] unknown : UNKNOWN) {
        assertThat(shares.of(join(MACS, unknown)))
            .as("new Random(%dL), round %d: %s", seed, round, Arrays.toString(unknown))
            .isEqualTo(shares.ofBucket(0));
      }
    }
  }

  @Test
  @DisplayName(
      "C-56 HSI-2 exactly one of any sets of buckets accepts any frame, even a damaged one")
  @Tag("slow")
  void acceptsAnyFrameInExactlyOneShare() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS / FRAMES_OF_A_ROUND; round++) {
      FilteredShares shares = FilteredShares.random(hash(random), 1 + random.nextInt(5), random);
      for (int i = 0; i < FRAMES_OF_A_ROUND; i++) {
        byte[] frame = mutated(random);
        String where = "new Random(%dL) %d: %s".formatted(seed, round, Arrays.toString(frame));
        check(shares, frame, packet(LinkType.ETHERNET, frame), where);
      }
    }
  }

  @Test
  @DisplayName("HSI-2 LD-8 the kernel accepts the same frames as the hash in Java, for any set")
  void isEqualInTheKernel() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (KernelFilter kernel = new KernelFilter()) {
      for (int round = 0; round < 300; round++) {
        FilteredShares shares = FilteredShares.random(hash(random), 2, random);
        kernel.attach(shares.program(0));
        compare(kernel, shares, random, "new Random(%dL) %d".formatted(seed, round));
      }
    }
  }

  @Test
  @DisplayName("the same holds for the filter in front of the kernel's program of the fast path")
  @Tag("live")
  void isEqualTranslated() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (Arena arena = Arena.ofConfined();
        KernelFilter kernel = new KernelFilter()) {
      for (int round = 0; round < 30; round++) { // the kernel checks each program for long
        FilteredShares shares = FilteredShares.random(hash(random), 2, random);
        try (FastPathProgram program = FastPathProgram.load(new Linux(arena), 2, null)) {
          kernel.attach(program.slowFrames(shares.program(0)));
        }
        compare(kernel, shares, random, "new Random(%dL) %d".formatted(seed, round));
      }
    } catch (FastPathException e) {
      abort("skipped: " + e.getMessage());
    }
  }

  private static void compare(
      KernelFilter kernel, FilteredShares shares, Random random, String where) {
    for (int i = 0; i < 100; i++) {
      byte[] frame = random.nextInt(3) == 0 ? longFrame(random) : mutated(random);
      if (frame.length > 0) {
        assertThat(kernel.accepts(frame))
            .as("%s: %s", where, Arrays.toString(frame))
            .isEqualTo(shares.of(frame) == 0);
      }
    }
  }

  @Test
  @DisplayName("LD-8 the longest program is the one whose set has no two equal words side by side")
  void staysBelowTheKernelsLimit() {
    long seed = System.nanoTime();
    BucketHash hash = new BucketHash(BucketHashTest.key(new Random(seed)), 4_096);
    BitSet worst = new BitSet();
    for (int word = 0; word < 128; word++) {
      worst.set(32 * word + word % 32);
    }
    assertThat(BucketFilter.of(hash, worst).length()).isEqualTo(FLAT_LENGTH + 127 + 127 * 2);
    assertThat(BucketFilter.of(hash, new BitSet()).length()).isEqualTo(FLAT_LENGTH);
    assertThat(BucketFilter.ofShare(hash, 1, 2).length()).isEqualTo(FLAT_LENGTH);
  }

  @Test
  @DisplayName("HSI-8 recorded ESP, GRE, ISAKMP and L2TP packets go where the hash in Java says")
  void acceptsEveryRecordedFrameInShareOfItsBucket() throws IOException {
    Random random = new Random(1);
    FilteredShares shares = FilteredShares.random(hash(random), 3, random);
    int compared = 0;
    for (Path file : Captures.recorded()) {
      try (CaptureReader reader = CaptureReader.open(file)) {
        Packet packet = new Packet();
        while (reader.next(packet)) {
          if (packet.linkType() == LinkType.ETHERNET) {
            check(shares, octets(packet), packet, file + " packet " + reader.packetCount());
            compared++;
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(1_000);
  }

  @Test
  void refusesInvalidShares() {
    BucketHash hash = new BucketHash(new BucketKey(1, 1, 1, 1, 1));
    assertThatThrownBy(() -> BucketFilter.ofShare(hash, 2, 2))
        .hasMessageContaining("share=2 shares=2");
    assertThatThrownBy(() -> BucketFilter.ofShare(hash, -1, 2)).hasMessageContaining("share=-1");
    assertThatThrownBy(() -> BucketFilter.ofShare(hash, 0, 257)).hasMessageContaining("shares=257");
    BitSet beyond = new BitSet();
    beyond.set(256);
    assertThatThrownBy(() -> BucketFilter.of(hash, beyond)).hasMessageContaining("bucket=256");
  }

  private static BucketHash hash(Random random) {
    return new BucketHash(BucketHashTest.key(random), BucketHashTest.buckets(random));
  }

  /**
   * A frame belongs to the share of its bucket, or to that of bucket 0 if the program does not
   * parse it.
   */
  private void check(FilteredShares shares, byte[] frame, Packet packet, String where) {
    int type = type(frame);
    if (type == 0x0800 && hasSourceRoute(frame)) {
      assertThat(shares.of(frame)).as(where).isNotNegative();
      return;
    }
    boolean known = flow.read(packet) && isParsedByFilter(frame, type);
    assertThat(shares.of(frame)).as(where).isEqualTo(known ? shares.of(flow) : shares.ofBucket(0));
  }

  private static int type(byte[] frame) {
    int type = frame.length < 14 ? 0 : two(frame, 12);
    boolean tagged = type == 0x8100 || type == 0x88a8 || type == 0x9100;
    return tagged && frame.length >= 18 ? two(frame, 16) : type;
  }

  private static boolean isParsedByFilter(byte[] frame, int type) {
    int ip = two(frame, 12) == type ? 14 : 18;
    if (type == 0x86dd) {
      int next = frame[ip + 6] & 0xff;
      boolean error = next == 58 && (frame[ip + 40] & 0xff) < 128;
      return !error && next != 0 && next != 43 && next != 44 && next != 60;
    }
    if (type != 0x0800) {
      return false;
    }
    boolean icmp = frame[ip + 9] == 1 && (two(frame, ip + 6) & 0x3fff) == 0;
    int icmpType = icmp ? frame[ip + (frame[ip] & 0xf) * 4] & 0xff : 0;
    return icmpType == 0 || icmpType == 8;
  }

  private static boolean hasSourceRoute(byte[] frame) {
    int ip = two(frame, 12) == 0x0800 ? 14 : 18;
    return frame.length > ip && (frame[ip] & 0xf) > 5;
  }

  private static int two(byte[] frame, int at) {
    return (frame[at] & 0xff) << 8 | (frame[at + 1] & 0xff);
  }

  /** A frame whose octets the kernel may keep in several pieces. */
  private static byte[] longFrame(Random random) {
    byte[] frame = join(MACS, KNOWN.get(random.nextInt(KNOWN.size())));
    return Arrays.copyOf(frame, frame.length + random.nextInt(60_000));
  }

  private static byte[] mutated(Random random) {
    List<byte[]> seeds = random.nextInt(3) == 0 ? UNKNOWN : KNOWN;
    byte[] frame = join(MACS, seeds.get(random.nextInt(seeds.size())));
    for (int change = random.nextInt(6); change > 0; change--) {
      int at = random.nextBoolean() ? Math.min(frame.length, 64) : frame.length;
      frame[random.nextInt(at)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(frame, random.nextInt(frame.length + 1)) : frame;
  }

  private static byte[] datagram(int protocol, int fragment, byte[] payload) {
    byte[] header = hex("4500 0000 1234 0000 4000 0000");
    header[6] = (byte) (fragment >>> 8);
    header[7] = (byte) fragment;
    header[9] = (byte) protocol;
    return join(header, SOURCE_4, DESTINATION_4, payload);
  }
}
