package dev.midstream.wire.header;

import static dev.midstream.wire.header.TestFrames.ethernet4;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpOptionsViewTest {
  private static final int OPTIONS_AT = 54;

  private final FrameView view = new FrameView();

  private TcpOptionsView options(String options) {
    assertThat(view.read(ethernet4(ipv4(tcp(hex(options), hex("0501ff"))))))
        .isEqualTo(FrameKind.TCP);
    return view.options();
  }

  @Test
  void reportsAbsentOptions() {
    assertNothing(options(""));
    assertThat(view.options().isDamaged()).isFalse();
    assertThat(view.options().hasOnlyTimestamps()).isTrue();
  }

  @Test
  void resetsForNextSegment() {
    String many = "020405b4 0402 030307 01 1312000102030405060708090a0b0c0d0e0f";
    String others = "050a 11121314 21222324 1e04 0081 4502 2202 ac02 1d02 0101";
    for (String before : new String[] {many, others, "080a 01020304 05060708 0101", "0213 0101"}) {
      options(before).isDamaged();
      assertNothing(options(""));
      assertThat(options(before).hasOnlyTimestamps()).isFalse();
      assertTimestampsAlone(options("0101 080a 11121314 21222324"));
      assertThat(view.options().hasOnlyTimestamps()).isTrue();
      options(before).isDamaged();
      assertTimestampsAlone(options("080a 11121314 21222324 0101"));
    }
  }

  private static void assertTimestampsAlone(TcpOptionsView options) {
    assertThat(options.timestampValue()).isEqualTo(0x11121314);
    assertThat(options.timestampEcho()).isEqualTo(0x21222324);
    assertThat(options.hasSackPermitted()).isFalse();
    assertThat(options.windowScale()).isEqualTo(-1);
    assertThat(options.maximumSegmentLength()).isEqualTo(-1);
    assertThat(options.sackBlocks()).isZero();
    assertThat(options.hasMd5()).isFalse();
    assertThat(options.hasAuthentication()).isFalse();
    assertThat(options.hasEncryptionNegotiation()).isFalse();
    assertThat(options.hasMultipath()).isFalse();
    assertThat(options.hasAccurateEcn()).isFalse();
    assertThat(options.isDamaged()).isFalse();
  }

  private static void assertNothing(TcpOptionsView options) {
    assertThat(options.hasTimestamps()).isFalse();
    assertThat(options.timestampsOffset()).isEqualTo(-1);
    assertThat(options.hasSackPermitted()).isFalse();
    assertThat(options.windowScale()).isEqualTo(-1);
    assertThat(options.maximumSegmentLength()).isEqualTo(-1);
    assertThat(options.sackBlocks()).isZero();
    assertThat(options.sackOffset()).isEqualTo(-1);
    assertThat(options.hasMd5()).isFalse();
    assertThat(options.hasAuthentication()).isFalse();
    assertThat(options.hasEncryptionNegotiation()).isFalse();
    assertThat(options.hasMultipath()).isFalse();
    assertThat(options.multipathOffset()).isEqualTo(-1);
    assertThat(options.multipathLength()).isZero();
    assertThat(options.hasAccurateEcn()).isFalse();
  }

  @Test
  void readsSynOptions() {
    TcpOptionsView options = options("020405b4 0402 080a 11121314 00000000 01 030307");
    assertThat(options.maximumSegmentLength()).isEqualTo(1460);
    assertThat(options.hasSackPermitted()).isTrue();
    assertThat(options.hasTimestamps()).isTrue();
    assertThat(options.timestampValue()).isEqualTo(0x11121314);
    assertThat(options.timestampEcho()).isZero();
    assertThat(options.timestampsOffset()).isEqualTo(OPTIONS_AT + 8);
    assertThat(options.windowScale()).isEqualTo(7);
    assertThat(options.isDamaged()).isFalse();
  }

  @Test
  void readsSackBlocks() {
    TcpOptionsView options =
        options("0101 0512 00000001 00000002 fffffff0 00000010 0101 080a 00000003 80000000");
    assertThat(options.sackBlocks()).isEqualTo(2);
    assertThat(options.sackLeft(0)).isEqualTo(1);
    assertThat(options.sackRight(0)).isEqualTo(2);
    assertThat(options.sackLeft(1)).isEqualTo(-16);
    assertThat(options.sackRight(1)).isEqualTo(16);
    assertThat(options.sackOffset()).isEqualTo(OPTIONS_AT + 4);
    assertThat(options.timestampEcho()).isEqualTo(Integer.MIN_VALUE);
    assertThatThrownBy(() -> options.sackLeft(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> options.sackRight(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void readsOptionsAtOddOffsets() {
    TcpOptionsView options = options("01 080a 01020304 05060708 050a 11121314 21222324 000000");
    assertThat(options.timestampsOffset()).isEqualTo(OPTIONS_AT + 3);
    assertThat(options.timestampValue()).isEqualTo(0x01020304);
    assertThat(options.sackRight(0)).isEqualTo(0x21222324);
  }

  @ParameterizedTest
  @CsvSource({"00, 0", "0e, 14", "0f, 14", "ff, 14"})
  void limitsWindowScaleToFourteen(String octet, int scale) {
    assertThat(options("0303" + octet + "01").windowScale()).isEqualTo(scale);
  }

  @Test
  @DisplayName("C-47 options that forbid editing are detected")
  void detectsOptionsThatForbidEditing() {
    assertThat(options("1312 000102030405060708090a0b0c0d0e0f 0101").hasMd5()).isTrue();
    assertThat(options("1d10 0102 000102030405060708090a0b").hasAuthentication()).isTrue();
    assertThat(options("4503 20 01").hasEncryptionNegotiation()).isTrue();
  }

  @Test
  @DisplayName("C-48 the first Multipath option is located")
  void locatesMultipathOption() {
    TcpOptionsView options = options("0101 1e04 0081 1e06 1111 1111");
    assertThat(options.hasMultipath()).isTrue();
    assertThat(options.multipathOffset()).isEqualTo(OPTIONS_AT + 2);
    assertThat(options.multipathLength()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ac02 0000", "ae05 010203 000000"})
  void detectsAccurateEcn(String text) {
    assertThat(options(text).hasAccurateEcn()).isTrue();
    assertThat(options(text).accurateEcnOffset()).isEqualTo(54);
    assertThat(options(text).accurateEcnLength()).isEqualTo(Integer.parseInt(text, 2, 4, 16));
  }

  @Test
  void usesFirstOfDuplicateOptions() {
    TcpOptionsView options =
        options(
            "02040100 02040200 030301 030302 0101 080a 00000001 00000002 080a 00000003 00000004");
    assertThat(options.maximumSegmentLength()).isEqualTo(256);
    assertThat(options.windowScale()).isEqualTo(1);
    assertThat(options.timestampValue()).isEqualTo(1);
    assertThat(options("050a 00000001 00000002 050a 00000003 00000004").sackLeft(0)).isEqualTo(1);
  }

  @Test
  void ignoresOptionsAfterEndOfList() {
    TcpOptionsView options = options("0101 0000 020405b4");
    assertNothing(options);
    assertThat(options.isDamaged()).isFalse();
  }

  @Test
  void ignoresKnownKindWithWrongLength() {
    assertNothing(options("02030a 0302 0403ff 0809 00000000000000 0507 0000000000 0502 0000"));
    assertThat(view.options().isDamaged()).isFalse();
  }

  @ParameterizedTest
  @DisplayName("C-51 a length below 2 or past the end is damage; options before it are known")
  @ValueSource(
      strings = {
        "020405b4 08000000",
        "020405b4 08010000",
        "020405b4 080a0000",
        "020405b4 01010108",
        "020405b4 ff050000",
        "020405b4 010103ff"
      })
  void reportsInvalidLengths(String text) {
    TcpOptionsView options = options(text);
    assertThat(options.isDamaged()).isTrue();
    assertThat(options.maximumSegmentLength()).isEqualTo(1460);
    assertThat(options.hasTimestamps()).isFalse();
  }

  @Test
  @DisplayName("C-51 arbitrary octets are read as options without exceeding them")
  void readsArbitraryOptionsWithinBounds() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    TcpOptionsView options = new TcpOptionsView();
    byte[] kinds = hex("00010203040508131d1e2245acaefdfe");
    for (int round = 0; round < 200_000; round++) {
      byte[] octets = new byte[random.nextInt(41)];
      random.nextBytes(octets);
      for (int i = 0; i < octets.length; i += 1 + random.nextInt(6)) {
        octets[i] = kinds[random.nextInt(kinds.length)];
        if (i + 1 < octets.length) {
          octets[i + 1] = (byte) random.nextInt(14);
        }
      }
      options.at(MemorySegment.ofArray(octets), 0, 0, octets.length);
      String where =
          "new Random(%dL), round %d: %s".formatted(seed, round, Arrays.toString(octets));
      assertThat(options.sackBlocks()).as(where).isBetween(0, 4);
      if (options.sackBlocks() > 0) {
        int end = options.sackOffset() + 8 * options.sackBlocks();
        assertThat(end).as(where).isLessThanOrEqualTo(octets.length);
      }
      if (options.hasTimestamps()) {
        assertThat(options.timestampsOffset() + 8).as(where).isLessThanOrEqualTo(octets.length);
      }
      if (options.hasMultipath()) {
        assertThat(options.multipathOffset() + options.multipathLength())
            .as(where)
            .isLessThanOrEqualTo(octets.length);
      }
      assertThat(options.isDamaged()).as(where).isEqualTo(isDamaged(octets, 0));
    }
  }

  /** The reference: one option, then the rest. */
  private static boolean isDamaged(byte[] octets, int at) {
    if (at == octets.length || octets[at] == 0) {
      return false;
    }
    if (octets[at] == 1) {
      return isDamaged(octets, at + 1);
    }
    if (at + 1 == octets.length) {
      return true;
    }
    int length = octets[at + 1] & 0xff;
    return length < 2 || at + length > octets.length || isDamaged(octets, at + length);
  }
}
