package dev.midstream.wire.checksum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {
  private static final byte[] RFC_1071 = HexFormat.of().parseHex("0001f203f4f5f6f7");

  @Test
  @DisplayName("the example of RFC 1071 section 3 sums to ddf2")
  void sumsRfc1071Example() {
    MemorySegment memory = MemorySegment.ofArray(RFC_1071);
    assertThat(InternetChecksum.sum(memory, 0, 8)).isEqualTo(0xddf2);
    assertThat(InternetChecksum.checksum(InternetChecksum.sum(memory, 0, 8))).isEqualTo(0x220d);
  }

  @Test
  @DisplayName("the example of RFC 1071 split at an odd offset gives the same sum")
  void sumsRfc1071ExampleSplitAtOddOffset() {
    MemorySegment memory = MemorySegment.ofArray(RFC_1071);
    long head = InternetChecksum.sum(memory, 0, 3);
    int tail = (int) InternetChecksum.sum(memory, 3, 5);
    assertThat(InternetChecksum.fold(head + InternetChecksum.swap(tail))).isEqualTo(0xddf2);
  }

  @Test
  @DisplayName("the example of RFC 1624 section 4 updates to 0000, not ffff")
  void updatesRfc1624Example() {
    long change = InternetChecksum.change(0x5555, 0x3285);
    assertThat(InternetChecksum.update(0xdd2f, change)).isZero();
  }

  @Test
  void sumsEmptyRangeToZero() {
    assertThat(InternetChecksum.sum(MemorySegment.NULL, 0, 0)).isZero();
    assertThat(InternetChecksum.checksum(0)).isEqualTo(0xffff);
  }

  @Test
  void foldsLargestSums() {
    assertThat(InternetChecksum.fold(Long.MAX_VALUE)).isEqualTo(0x7fff);
    assertThat(InternetChecksum.fold(0xffff_ffffL)).isEqualTo(0xffff);
    assertThat(InternetChecksum.fold(0xffffL)).isEqualTo(0xffff);
    assertThat(InternetChecksum.fold(0x1_0000L)).isEqualTo(1);
  }

  @Test
  void sumsMebibyteOfOnesWithoutOverflow() {
    byte[] ones = new byte[1 << 20];
    Arrays.fill(ones, (byte) 0xff);
    assertThat(InternetChecksum.sum(MemorySegment.ofArray(ones), 0, ones.length)).isEqualTo(0xffff);
  }

  @Test
  void matchesNaiveChecksumAtEveryLengthAndAlignment() {
    long seed = System.nanoTime();
    byte[] octets = new byte[300];
    new Random(seed).nextBytes(octets);
    MemorySegment heap = MemorySegment.ofArray(octets);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment direct = arena.allocate(octets.length);
      direct.copyFrom(heap);
      for (int start = 0; start < 17; start++) {
        for (int end = start; end <= octets.length; end++) {
          int expected = NaiveChecksum.sum(octets, start, end);
          String where = "new Random(%dL), [%d, %d)".formatted(seed, start, end);
          int length = end - start;
          assertThat(InternetChecksum.sum(heap, start, length)).as(where).isEqualTo(expected);
          assertThat(InternetChecksum.sum(direct, start, length)).as(where).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void readsOnlyItsRange() {
    for (int length = 0; length < 100; length++) {
      MemorySegment exact = MemorySegment.ofArray(new byte[length]);
      assertThat(InternetChecksum.sum(exact, 0, length)).isZero();
      int tooLong = length + 1;
      assertThatThrownBy(() -> InternetChecksum.sum(exact, 0, tooLong))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void updatesIncrementallyAtAnyOffset() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] octets = new byte[64];
    random.nextBytes(octets);
    octets[0] = 1; // a real header is never all zeros
    int checksum = NaiveChecksum.checksum(octets, 0, octets.length);
    for (int round = 0; round < 300_000; round++) {
      int place = 1 + random.nextInt(octets.length - 4);
      int before = four(octets, place);
      int after = ChecksumEdgeCases.any(random);
      putFour(octets, place, after);
      long change = InternetChecksum.change(before, after);
      if (place % 2 != 0) {
        change = InternetChecksum.swap(InternetChecksum.fold(change));
      }
      checksum = InternetChecksum.update(checksum, change);
      assertThat(checksum)
          .as("new Random(%dL), round %d, place %d", seed, round, place)
          .isEqualTo(NaiveChecksum.checksum(octets, 0, octets.length));
    }
  }

  @Test
  void coversAddressesProtocolAndLengthInPseudoHeader() {
    byte[] ipv4 = HexFormat.of().parseHex("c0a80001" + "0a0000fe" + "0006" + "0123");
    assertThat(
            InternetChecksum.fold(
                InternetChecksum.tcpPseudoHeader(0, 0xc0a80001L, 0, 0x0a0000feL, 0x123)))
        .isEqualTo(NaiveChecksum.sum(ipv4, 0, ipv4.length));
    byte[] ipv6 =
        HexFormat.of()
            .parseHex(
                "20010db8000000000000000000000001"
                    + "fe80000000000000fffffffffffffffe"
                    + "00013880"
                    + "00000006");
    long sum =
        InternetChecksum.tcpPseudoHeader(
            0x20010db800000000L, 1, 0xfe80000000000000L, 0xfffffffffffffffeL, 80_000);
    assertThat(InternetChecksum.fold(sum)).isEqualTo(NaiveChecksum.sum(ipv6, 0, ipv6.length));
  }

  private static int four(byte[] octets, int place) {
    return ((octets[place] & 0xff) << 24)
        | ((octets[place + 1] & 0xff) << 16)
        | ((octets[place + 2] & 0xff) << 8)
        | (octets[place + 3] & 0xff);
  }

  private static void putFour(byte[] octets, int place, int value) {
    for (int i = 0; i < 4; i++) {
      octets[place + i] = (byte) (value >>> (24 - 8 * i));
    }
  }
}
