package dev.midstream.wire.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.nio.ByteOrder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureWriterPcapngTest {
  private static final byte[] FIVE = {1, 2, 3, 4, 5};
  private static final byte[] FOUR = {9, 8, 7, 6};
  private static final byte[] SIX = {6, 6, 6, 6, 6, 6};

  @ParameterizedTest
  @CsvSource({"0, 0", "96, 262144", "262145, 262145", "-1, -1"})
  void raisesPcapngSnapLengthsOnlyForEdits(int before, int after) throws IOException {
    CaptureFileBuilder none = new CaptureFileBuilder(BIG_ENDIAN);
    byte[] file = twoSections(before, 1_000, none);

    assertThat(keepAll(file, HeaderPolicy.ROOM_FOR_EDITS)).isEqualTo(twoSections(after, -1, none));
    assertThat(keepAll(file, HeaderPolicy.VERBATIM)).isEqualTo(file);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void replacesBlocksInSectionByteOrderAndResolution(boolean big) throws IOException {
    ByteOrder order = big ? BIG_ENDIAN : LITTLE_ENDIAN;
    CaptureFileBuilder none = new CaptureFileBuilder(order);
    CaptureFileBuilder before = twoInterfaces(order, none);
    byte[] head = before.toByteArray();
    byte[] file =
        before
            .block(77, none.body().word(1))
            .enhanced(1, 5_000_000_123L, FIVE, 9, none)
            .block(77, none.body().word(2))
            .obsolete(0, 8_000_000, FIVE, 5)
            .block(77, none.body().word(3))
            .toByteArray();

    byte[] out =
        Captures.rewrite(
            file,
            Captures.TINY,
            HeaderPolicy.ROOM_FOR_EDITS,
            CaptureWriterPcapngTest::writeThreeForEach);

    assertThat(out)
        .isEqualTo(
            none.body()
                .octets(head)
                .block(77, none.body().word(1))
                .enhanced(1, 5_000_000_123L, SIX, 8, none)
                .enhanced(0, 5_000_001, FOUR, 4, none)
                .enhanced(0, 9_000_001, FOUR, 4, none)
                .block(77, none.body().word(2))
                .enhanced(0, 8_000_000, SIX, 8, none)
                .enhanced(1, 8_000_000_000L, FOUR, 4, none)
                .enhanced(0, 9_000_001, FOUR, 4, none)
                .block(77, none.body().word(3))
                .toByteArray());
  }

  @Test
  void keepsValidOptionsWithFirstPacket() throws IOException {
    CaptureFileBuilder none = new CaptureFileBuilder(LITTLE_ENDIAN);
    CaptureFileBuilder options =
        none.body()
            .option(1, FIVE)
            .option(2, none.body().word(0xffff_00e1).toByteArray())
            .option(3, new byte[5])
            .option(4, new byte[8])
            .option(1, FOUR)
            .word(0);
    CaptureFileBuilder kept =
        none.body()
            .option(1, FIVE)
            .option(2, none.body().word(1).toByteArray())
            .option(1, FOUR)
            .word(0);
    byte[] file = onOneInterface().enhanced(0, 1, FIVE, 5, options).toByteArray();

    byte[] out =
        Captures.rewrite(
            file,
            Captures.TINY,
            HeaderPolicy.ROOM_FOR_EDITS,
            (number, packet, writer) -> {
              writer.write(Captures.packet(SIX, 0, 1));
              writer.write(Captures.packet(FOUR, 0, 1));
            });

    assertThat(out)
        .isEqualTo(
            onOneInterface()
                .enhanced(0, 1, SIX, 6, kept)
                .enhanced(0, 1, FOUR, 4, none)
                .toByteArray());
  }

  @Test
  @DisplayName("C-73 options that exceed their block are omitted")
  void omitsInvalidOptions() throws IOException {
    CaptureFileBuilder none = new CaptureFileBuilder(LITTLE_ENDIAN);
    byte[] file =
        onOneInterface().enhanced(0, 1, FIVE, 5, none.body().half(1).half(9).word(0)).toByteArray();
    assertThat(replaceAllBySix(file))
        .isEqualTo(onOneInterface().enhanced(0, 1, SIX, 6, none).toByteArray());
  }

  @Test
  void limitsKeptComments() throws IOException {
    CaptureFileBuilder none = new CaptureFileBuilder(LITTLE_ENDIAN);
    CaptureFileBuilder options = none.body();
    for (int i = 0; i < 3; i++) {
      options.option(1, new byte[32_764]);
    }
    CaptureFileBuilder kept =
        none.body().option(1, new byte[32_764]).option(1, new byte[32_764]).word(0);
    byte[] file = onOneInterface().enhanced(0, 1, FIVE, 5, options).toByteArray();

    assertThat(replaceAllBySix(file))
        .isEqualTo(onOneInterface().enhanced(0, 1, SIX, 6, kept).toByteArray());
  }

  @Test
  void replacesSimpleBlockBySimpleBlock() throws IOException {
    byte[] file = onOneInterface().simple(FIVE, 5).toByteArray();

    assertThat(replaceAllBySix(file)).isEqualTo(onOneInterface().simple(SIX, 6).toByteArray());
  }

  @Test
  void convertsTruncatedSimpleBlockWhenSnapLengthRises() throws IOException {
    CaptureFileBuilder none = new CaptureFileBuilder(LITTLE_ENDIAN);
    CaptureFileBuilder start = none.body().section(LITTLE_ENDIAN, -1);
    byte[] head = start.toByteArray();
    byte[] file =
        start
            .interfaceBlock(1, 5, none)
            .enhanced(0, 7, FOUR, 4, none)
            .simple(FIVE, 99)
            .simple(FOUR, 4)
            .toByteArray();

    assertThat(keepAll(file, HeaderPolicy.VERBATIM)).isEqualTo(file);
    assertThat(keepAll(file, HeaderPolicy.ROOM_FOR_EDITS))
        .isEqualTo(
            none.body()
                .octets(head)
                .interfaceBlock(1, 262_144, none)
                .enhanced(0, 7, FOUR, 4, none)
                .enhanced(0, 7, FIVE, 99, none)
                .simple(FOUR, 4)
                .toByteArray());
  }

  @Test
  void writesPacketOfEarlierSectionToInterfaceOfSameLinkType() throws IOException {
    CaptureFileBuilder none = new CaptureFileBuilder(LITTLE_ENDIAN);
    CaptureFileBuilder sections =
        none.body()
            .section(LITTLE_ENDIAN, -1)
            .interfaceBlock(1, 0, none)
            .interfaceBlock(101, 0, none)
            .enhanced(0, 1, FIVE, 5, none)
            .section(BIG_ENDIAN, -1);
    CaptureFileBuilder other = new CaptureFileBuilder(BIG_ENDIAN);
    sections.interfaceBlock(113, 0, other).interfaceBlock(1, 0, other);
    byte[] head = sections.toByteArray();
    byte[] file = sections.enhanced(0, 2, FOUR, 4, other).toByteArray();

    byte[] out =
        Captures.rewrite(
            file,
            Captures.TINY,
            HeaderPolicy.VERBATIM,
            CaptureWriterPcapngTest::writeForEarlierSections);

    assertThat(out)
        .isEqualTo(
            none.body()
                .octets(head)
                .octets(
                    other
                        .body()
                        .enhanced(1, 3, SIX, 6, other)
                        .enhanced(0, 2, FOUR, 4, other)
                        .toByteArray())
                .toByteArray());
  }

  @Test
  @DisplayName("packets without an interface of their link type get a section of their own")
  void writesPacketsWithoutInterfaceInSectionOfTheirOwn() throws IOException {
    CaptureFileBuilder none = new CaptureFileBuilder(LITTLE_ENDIAN);
    byte[] file =
        none.body()
            .section(LITTLE_ENDIAN, -1)
            .interfaceBlock(101, 0, none)
            .enhanced(0, 1, FIVE, 5, none)
            .section(BIG_ENDIAN, -1)
            .octets(ethernetPacketIn(BIG_ENDIAN))
            .toByteArray();

    byte[] out =
        Captures.rewrite(
            file,
            Captures.TINY,
            HeaderPolicy.ROOM_FOR_EDITS,
            (number, packet, writer) -> {
              if (number == 1) {
                writer.writeTimed(Captures.packet(SIX, 0, 3_000).missing(2));
                writer.write(Captures.packet(FOUR, 0, 0));
              }
              writer.copy();
            });

    assertThat(Captures.read(out).damage()).isNull();
    assertThat(Captures.read(out).packets())
        .containsExactly(
            new Captures.Seen("0102030405", 0, LinkType.RAW_IP, 0, 1_000),
            new Captures.Seen("09080706", 0, LinkType.ETHERNET, 1, 2_000),
            new Captures.Seen("060606060606", 2, LinkType.RAW_IP, 2, 3_000),
            new Captures.Seen("09080706", 0, LinkType.RAW_IP, 2, 2_000));
  }

  private static byte[] ethernetPacketIn(ByteOrder order) {
    CaptureFileBuilder none = new CaptureFileBuilder(order);
    return none.body().interfaceBlock(1, 0, none).enhanced(0, 2, FOUR, 4, none).toByteArray();
  }

  @Test
  @DisplayName("custom blocks that must not be copied are left out, the others are copied")
  void leavesOutCustomBlocksThatMustNotBeCopied() throws IOException {
    CaptureFileBuilder none = new CaptureFileBuilder(LITTLE_ENDIAN);
    byte[] before = onOneInterface().block(0xbad, none.body().word(1)).toByteArray();
    byte[] after = none.body().enhanced(0, 7, FOUR, 4, none).toByteArray();
    CaptureFileBuilder secret = none.body().block(0x40000bad, none.body().word(1).word(2));
    byte[] file =
        none.body().octets(before).octets(secret.toByteArray()).octets(after).toByteArray();

    assertThat(keepAll(file, HeaderPolicy.VERBATIM)).isEqualTo(file);
    assertThat(keepAll(file, HeaderPolicy.ROOM_FOR_EDITS))
        .isEqualTo(none.body().octets(before).octets(after).toByteArray());
  }

  @Test
  void refusesPacketLongerThanLimit() throws IOException {
    byte[] file = onOneInterface().simple(FIVE, 5).toByteArray();

    Captures.rewrite(
        file,
        Captures.TINY,
        HeaderPolicy.ROOM_FOR_EDITS,
        (number, packet, writer) -> {
          writer.write(Captures.packet(new byte[262_144], 0, 1));
          assertThatThrownBy(() -> writer.write(Captures.packet(new byte[262_145], 0, 1)))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage("packet too long length=262145");
        });
  }

  private static CaptureFileBuilder onOneInterface() {
    CaptureFileBuilder none = new CaptureFileBuilder(LITTLE_ENDIAN);
    return none.body().section(LITTLE_ENDIAN, -1).interfaceBlock(1, 0, none);
  }

  private static byte[] twoSections(int snapLength, long sectionBytes, CaptureFileBuilder none) {
    return none.body()
        .section(BIG_ENDIAN, sectionBytes)
        .interfaceBlock(1, snapLength, none)
        .enhanced(0, 1, FIVE, 5, none)
        .section(BIG_ENDIAN, sectionBytes)
        .interfaceBlock(1, snapLength, none)
        .toByteArray();
  }

  private static byte[] keepAll(byte[] file, HeaderPolicy headers) throws IOException {
    return Captures.rewrite(
        file, Captures.TINY, headers, (number, packet, writer) -> writer.copy());
  }

  private static byte[] replaceAllBySix(byte[] file) throws IOException {
    return Captures.rewrite(
        file,
        Captures.TINY,
        HeaderPolicy.ROOM_FOR_EDITS,
        (number, packet, writer) -> writer.write(Captures.packet(SIX, 0, 1)));
  }

  /** The first interface counts microseconds, the second nanoseconds. */
  private static CaptureFileBuilder twoInterfaces(ByteOrder order, CaptureFileBuilder none) {
    return new CaptureFileBuilder(order)
        .section(order, -1)
        .interfaceBlock(1, 262_144, none)
        .interfaceBlock(1, 262_144, none.body().option(9, new byte[] {9}));
  }

  private static void writeThreeForEach(int number, Packet packet, CaptureWriter writer) {
    writer.write(Captures.packet(SIX, packet.interfaceId(), 1).missing(2));
    writer.write(Captures.packet(FOUR, 1 - packet.interfaceId(), 1));
    writer.writeTimed(Captures.packet(FOUR, 0, 9_000_001_000L));
  }

  private static void writeForEarlierSections(int number, Packet packet, CaptureWriter writer) {
    if (number == 1) {
      writer.writeTimed(Captures.packet(SIX, 0, 3_000));
      assertThatThrownBy(() -> writer.write(Captures.packet(SIX, 4, 3_000)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no such interface id=4");
      assertThatThrownBy(() -> writer.writeTimed(Captures.packet(SIX, -1, 3_000)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no such interface id=-1");
    }
    writer.copy();
  }
}
