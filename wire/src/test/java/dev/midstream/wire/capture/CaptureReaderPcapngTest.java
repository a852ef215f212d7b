package dev.midstream.wire.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.capture.Captures.Reading;
import dev.midstream.wire.capture.Captures.Seen;
import dev.midstream.wire.packet.LinkType;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureReaderPcapngTest {
  private static final byte[] FIVE = {1, 2, 3, 4, 5};
  private static final byte[] FOUR = {9, 8, 7, 6};
  private static final int CUSTOM_BLOCK = 0x0bad;

  private static CaptureFileBuilder none(ByteOrder order) {
    return new CaptureFileBuilder(order);
  }

  private static CaptureFileBuilder start(ByteOrder order) {
    return new CaptureFileBuilder(order).section(order, -1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsEveryPacketBlockOfTwoInterfaces(boolean big) throws IOException {
    ByteOrder order = big ? BIG_ENDIAN : LITTLE_ENDIAN;
    byte[] file =
        start(order)
            .block(CUSTOM_BLOCK, none(order).word(1))
            .interfaceBlock(1, 3, none(order))
            .enhanced(0, 1_000_001, FIVE, 9, none(order).option(1, FIVE).word(0))
            .block(CUSTOM_BLOCK, none(order).octets(new byte[400]))
            .interfaceBlock(276, 0, none(order).option(9, new byte[] {9}).word(0))
            .enhanced(1, (5L << 32) + 7, FOUR, 4, none(order))
            .obsolete(1, 77, FIVE, 5)
            .simple(FOUR, 3)
            .simple(FOUR, 8)
            .block(CUSTOM_BLOCK, none(order))
            .toByteArray();

    Reading reading = Captures.read(file);

    assertThat(reading.packets())
        .containsExactly(
            new Seen("0102030405", 4, LinkType.ETHERNET, 0, 1_000_001_000),
            new Seen("09080706", 0, LinkType.LINUX_COOKED_2, 1, (5L << 32) + 7),
            new Seen("0102030405", 0, LinkType.LINUX_COOKED_2, 1, 77),
            new Seen("090807", 0, LinkType.ETHERNET, 0, 77),
            new Seen("090807", 5, LinkType.ETHERNET, 0, 77));
    assertThat(reading.damage()).isNull();
    assertThat(Captures.copyAll(file, Captures.TINY)).isEqualTo(file);
    assertThat(Captures.copyAll(file, CaptureLimits.DEFAULT)).isEqualTo(file);
  }

  @Test
  void numbersInterfacesAcrossSections() throws IOException {
    byte[] file =
        start(LITTLE_ENDIAN)
            .interfaceBlock(1, 0, none(LITTLE_ENDIAN))
            .enhanced(0, 1, FIVE, 5, none(LITTLE_ENDIAN))
            .section(BIG_ENDIAN, -1)
            .interfaceBlock(101, 0, none(BIG_ENDIAN))
            .interfaceBlock(113, 0, none(BIG_ENDIAN))
            .enhanced(1, 2, FOUR, 4, none(BIG_ENDIAN))
            .section(LITTLE_ENDIAN, -1)
            .interfaceBlock(0, 0, none(LITTLE_ENDIAN))
            .simple(FOUR, 4)
            .toByteArray();

    Reading reading = Captures.read(file);

    assertThat(reading.packets())
        .containsExactly(
            new Seen("0102030405", 0, LinkType.ETHERNET, 0, 1_000),
            new Seen("09080706", 0, LinkType.LINUX_COOKED, 2, 2_000),
            new Seen("09080706", 0, LinkType.NULL_LOOPBACK, 3, 2_000));
    assertThat(Captures.copyAll(file, Captures.TINY)).isEqualTo(file);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsTimestampsInInterfaceResolution(boolean big) throws IOException {
    ByteOrder order = big ? BIG_ENDIAN : LITTLE_ENDIAN;
    CaptureFileBuilder binary =
        none(order)
            .option(9, new byte[] {(byte) 0x8a})
            .option(14, none(order).longWord(100).toByteArray())
            .word(0);
    CaptureFileBuilder earlier = none(order).option(14, none(order).longWord(-2).toByteArray());
    byte[] file =
        start(order)
            .interfaceBlock(1, 0, binary)
            .interfaceBlock(1, 0, earlier)
            .enhanced(0, 1_024 + 512, FIVE, 5, none(order))
            .enhanced(1, 3_000_000, FIVE, 5, none(order))
            .toByteArray();

    assertThat(Captures.read(file).packets())
        .extracting(Seen::timeNanos)
        .containsExactly(101_500_000_000L, 1_000_000_000L);
  }

  @Test
  void reportsUnsupportedLinkTypesOnlyIfNoneIsSupported() throws IOException {
    CaptureFileBuilder usb = start(LITTLE_ENDIAN).interfaceBlock(220, 0, none(LITTLE_ENDIAN));
    assertThat(Captures.read(usb.toByteArray()).unreadable())
        .isEqualTo("link type cannot be read file=in.pcap link-type=220");

    usb.interfaceBlock(1, 0, none(LITTLE_ENDIAN));
    assertThat(Captures.read(usb.toByteArray()).unreadable()).isNull();
    assertThat(Captures.read(start(LITTLE_ENDIAN).toByteArray()).unreadable()).isNull();
  }

  @Test
  @DisplayName("C-73 an invalid pcapng block ends the capture")
  void endsAtInvalidBlock() throws IOException {
    CaptureFileBuilder none = none(LITTLE_ENDIAN);
    byte[] huge = none(LITTLE_ENDIAN).word(6).word(Integer.MAX_VALUE - 3).word(0).toByteArray();
    assertEnds(huge, "block claims an impossible length");
    assertEnds(
        none(LITTLE_ENDIAN).word(6).word(8).word(8).toByteArray(),
        "block claims an impossible length");
    assertEnds(
        none(LITTLE_ENDIAN).word(9).word(13).word(0).half(13).half(0).toByteArray(),
        "block claims an impossible length");
    assertEnds(
        none(LITTLE_ENDIAN).word(9).word(-4).word(0).toByteArray(),
        "block claims an impossible length");
    assertEnds(
        none(LITTLE_ENDIAN).word(9).word(16).word(0).word(20).toByteArray(),
        "block has two different lengths");
    assertEnds(none(LITTLE_ENDIAN).block(6, none).toByteArray(), "packet block is too short");
    assertEnds(none(LITTLE_ENDIAN).block(1, none).toByteArray(), "interface block is too short");
    assertEnds(enhancedClaiming(1, 4), "packet of an unknown interface");
    assertEnds(enhancedClaiming(-1, 4), "packet of an unknown interface");
    assertEnds(enhancedClaiming(0, 5), "packet block claims an impossible length");
    assertEnds(enhancedClaiming(0, -1), "packet block claims an impossible length");
    assertEnds(
        none(LITTLE_ENDIAN).word(0x0a0d0d0a).word(28).word(5).toByteArray(),
        "section has no byte-order mark");
    assertEnds(sectionOfVersion(2), "section has an unknown version");
  }

  @Test
  @DisplayName("C-73 a pcapng packet beyond 262,144 octets ends the capture")
  void endsAtPacketBeyondLimit() throws IOException {
    byte[] most = new byte[262_144];
    byte[] more = new byte[262_145];
    CaptureFileBuilder file =
        start(LITTLE_ENDIAN)
            .interfaceBlock(1, 0, none(LITTLE_ENDIAN))
            .enhanced(0, 1, most, most.length, none(LITTLE_ENDIAN))
            .simple(most, most.length);
    byte[] head = file.toByteArray();
    CaptureFileBuilder none = none(LITTLE_ENDIAN);
    byte[] enhanced =
        none.body().octets(head).enhanced(0, 1, more, more.length, none).toByteArray();
    byte[] simple = none.body().octets(head).simple(more, more.length).toByteArray();

    for (byte[] tooLong : List.of(enhanced, simple)) {
      Reading reading = Captures.read(tooLong);
      assertThat(reading.packets()).hasSize(2);
      assertThat(reading.damage())
          .isEqualTo(
              new CaptureDamage(
                  "packet block claims an impossible length", "in.pcap", head.length));
    }
  }

  @Test
  @DisplayName("C-73 more interfaces than the limit end the capture")
  void endsAtTooManyInterfaces() throws IOException {
    CaptureFileBuilder file = start(LITTLE_ENDIAN);
    for (int i = 0; i < Captures.TINY.interfaces(); i++) {
      file.interfaceBlock(1, 0, none(LITTLE_ENDIAN));
    }
    assertThat(Captures.read(file.toByteArray()).damage()).isNull();
    int sound = file.toByteArray().length;

    file.interfaceBlock(1, 0, none(LITTLE_ENDIAN));

    assertThat(Captures.read(file.toByteArray()).damage())
        .isEqualTo(new CaptureDamage("too many interfaces", "in.pcap", sound));
  }

  @Test
  @DisplayName("C-73 a block at the limit is copied, a longer one ends the capture")
  void copiesBlockAtLimit() throws IOException {
    int limit = Captures.TINY.blockBytes();
    byte[] atLimit =
        start(LITTLE_ENDIAN)
            .block(CUSTOM_BLOCK, none(LITTLE_ENDIAN).octets(new byte[limit - 12]))
            .toByteArray();
    assertThat(Captures.copyAll(atLimit, Captures.TINY)).isEqualTo(atLimit);

    byte[] beyond =
        start(LITTLE_ENDIAN)
            .block(CUSTOM_BLOCK, none(LITTLE_ENDIAN).octets(new byte[limit - 8]))
            .toByteArray();
    assertThat(Captures.read(beyond).damage())
        .isEqualTo(new CaptureDamage("block claims an impossible length", "in.pcap", 28));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 11, 12, 20, 27})
  @DisplayName("C-73 a pcapng with a truncated first section is refused in one line")
  void refusesTruncatedSection(int length) {
    byte[] file = Arrays.copyOf(start(BIG_ENDIAN).toByteArray(), length);

    assertThatThrownBy(() -> Captures.read(file))
        .isInstanceOf(CaptureException.class)
        .hasMessageStartingWith("capture header cannot be read, block ")
        .hasMessageEndingWith("is cut off file=in.pcap");
  }

  private static byte[] enhancedClaiming(int interfaceId, int captured) {
    return none(LITTLE_ENDIAN)
        .block(
            6,
            none(LITTLE_ENDIAN)
                .word(interfaceId)
                .longWord(0)
                .word(captured)
                .word(captured)
                .octets(FOUR))
        .toByteArray();
  }

  private static byte[] sectionOfVersion(int version) {
    return none(LITTLE_ENDIAN)
        .block(0x0a0d0d0a, none(LITTLE_ENDIAN).word(0x1a2b3c4d).half(version).half(0).longWord(-1))
        .toByteArray();
  }

  private static void assertEnds(byte[] lie, String reason) throws IOException {
    byte[] sound =
        start(LITTLE_ENDIAN)
            .interfaceBlock(1, 0, none(LITTLE_ENDIAN))
            .enhanced(0, 1, FIVE, 5, none(LITTLE_ENDIAN))
            .toByteArray();
    byte[] file = none(LITTLE_ENDIAN).octets(sound).octets(lie).octets(sound).toByteArray();

    Reading reading = Captures.read(file);

    assertThat(reading.packets()).hasSize(1);
    assertThat(reading.damage()).isEqualTo(new CaptureDamage(reason, "in.pcap", sound.length));
    assertThat(Captures.copyAll(file, Captures.TINY)).isEqualTo(sound);
  }
}
