package dev.midstream.wire.segment;

import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.ethernet4;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.octets;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentBuilderOptionsTest {
  private static final String TIMESTAMPS = "0101080a1112131421222324";
  private static final String SYN = "020405b40402080a111213140000000001030307";
  private static final int[] EDGES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

  private final FrameView view = new FrameView();
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder = new SegmentBuilder();

  private SegmentBuilder from(String options) {
    assertThat(view.read(ethernet4(ipv4(tcp(hex(options), counting(3)))))).isEqualTo(FrameKind.TCP);
    assertThat(template.capture(view)).isTrue();
    return builder.from(template);
  }

  /** Builds the segment, reads it again and returns its options. */
  private String built() {
    Packet packet = builder.payload(MemorySegment.ofArray(counting(5)), 0, 5).build(0);
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    assertThat(view.isTcpChecksumRight()).isTrue();
    assertThat(view.isIpv4HeaderChecksumRight()).isTrue();
    assertThat(view.payloadLength()).isEqualTo(5);
    assertThat(view.frameLength()).isEqualTo(packet.length());
    assertThat(builder.headerLength()).isEqualTo(view.payloadOffset());
    byte[] header = Arrays.copyOf(octets(packet), view.payloadOffset());
    return HexFormat.of().formatHex(header, 54, header.length);
  }

  @Test
  @DisplayName("H-46 accurate ECN options are erased, other options stay")
  void erasesAccurateEcn() {
    from(TIMESTAMPS + "ae05010203010101").withoutAccurateEcn();
    assertThat(built()).isEqualTo(TIMESTAMPS + "0101010101010101");
    from("ac0b010203040506070809" + "01" + TIMESTAMPS).withoutAccurateEcn();
    assertThat(built()).isEqualTo("010101010101010101010101" + TIMESTAMPS);
    from(TIMESTAMPS).withoutAccurateEcn();
    assertThat(built()).isEqualTo(TIMESTAMPS);
  }

  @Test
  void erasesSynOptionsExceptTimestamps() {
    from(SYN).withoutSynOptions();
    assertThat(built()).isEqualTo("010101010101080a111213140000000001010101");
    from("020405b4 2204abcd 1e040081 45020101 1c040001 00000000").withoutSynOptions();
    assertThat(built()).isEqualTo("01".repeat(24));
  }

  @Test
  void erasesTimestamps() {
    from(TIMESTAMPS + "0101010101010101").withoutTimestamps();
    assertThat(built()).isEqualTo("01".repeat(20));
  }

  @Test
  @DisplayName("C-51 octets after a damaged option are not copied")
  void padsDamagedOptions() {
    from(TIMESTAMPS + "02010304").withoutSynOptions();
    assertThat(built()).isEqualTo(TIMESTAMPS + "01010101");
    from("01010102").withoutSynOptions();
    assertThat(built()).isEqualTo("01010101");
    from("0809010203040506 07010101").withoutSynOptions();
    assertThat(built()).isEqualTo("01".repeat(12));
    from(TIMESTAMPS + "02090304").sackBlocks(EDGES, 1);
    assertThat(built()).isEqualTo(TIMESTAMPS + "0101050a0000000100000002");
    from(TIMESTAMPS + "01010102").sackBlocks(EDGES, 1);
    assertThat(built()).isEqualTo(TIMESTAMPS + "0101050a0000000100000002");
  }

  @Test
  void erasesSackBlocks() {
    from(TIMESTAMPS + "0101050a0000000100000002").withoutSack();
    assertThat(built()).isEqualTo(TIMESTAMPS + "01".repeat(12));
    from("0101050a0000000100000002").sackBlocks(EDGES, 0);
    assertThat(built()).isEqualTo("01".repeat(12));
  }

  @Test
  void setsTimestampsAtAnyOffset() {
    from("01080a1112131421222324 01").timestamps(-1, 2);
    assertThat(built()).isEqualTo("01080affffffff0000000201");
    from("0204 05b4").timestamps(-1, 2);
    assertThat(built()).isEqualTo("020405b4");
    from("0809 11121314212223 010101").timestamps(-1, 2);
    assertThat(built()).isEqualTo("080911121314212223010101");
    from("00 080a1112131421222324 00").timestamps(-1, 2);
    assertThat(built()).isEqualTo("00080a111213142122232400");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 3", "4, 3", "5, 3"})
  void fitsThreeSackBlocksWithTimestamps(int wanted, int present) {
    from(TIMESTAMPS).sackBlocks(EDGES, wanted);
    assertThat(built()).startsWith(TIMESTAMPS + "010105");
    checkBlocks(present);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "4, 4", "5, 4"})
  void fitsFourSackBlocksWithoutTimestamps(int wanted, int present) {
    from("").sackBlocks(EDGES, wanted);
    built();
    checkBlocks(present);
  }

  private void checkBlocks(int present) {
    assertThat(view.options().isDamaged()).isFalse();
    assertThat(view.options().sackBlocks()).isEqualTo(present);
    for (int i = 0; i < present; i++) {
      assertThat(view.options().sackLeft(i)).isEqualTo(EDGES[2 * i]);
      assertThat(view.options().sackRight(i)).isEqualTo(EDGES[2 * i + 1]);
    }
  }

  @Test
  void replacesSackBlocksOfTemplate() {
    String three = "0101051a" + "000000aa000000bb".repeat(3);
    from(TIMESTAMPS + three).sackBlocks(EDGES, 1);
    assertThat(built()).isEqualTo(TIMESTAMPS + "0101050a0000000100000002");
    from(TIMESTAMPS + three).sackBlocks(EDGES, 3).sackBlocks(EDGES, 2).timestamps(7, 8);
    assertThat(built())
        .isEqualTo("0101080a0000000700000008" + "010105120000000100000002" + "0000000300000004");
  }

  @Test
  void keepsFieldsWhenHeaderGrows() {
    from(TIMESTAMPS).sequence(77).hopLimit(3).ipv4Id(5).flags(0x10).window(9);
    builder.sackBlocks(EDGES, 3);
    built();
    assertThat(view.sequence()).isEqualTo(77);
    assertThat(view.hopLimit()).isEqualTo(3);
    assertThat(view.ipv4Id()).isEqualTo(5);
    assertThat(view.flags()).isEqualTo(0x10);
    assertThat(view.windowField()).isEqualTo(9);
    assertThat(view.acknowledgement()).isEqualTo(0x05060708);
    assertThat(view.destinationPort()).isEqualTo(80);
  }

  @Test
  void keepsAndAlignsOtherOptions() {
    from("1c040001080a11121314212223240101").sackBlocks(EDGES, 4);
    assertThat(built())
        .isEqualTo(
            "1c040001"
                + "0101080a1112131421222324"
                + "01010512"
                + "00000001000000020000000300000004");
  }

  @Test
  void omitsSackWithoutRoom() {
    String longOption = "1d1e" + "ab".repeat(28);
    from(longOption + "0101").sackBlocks(EDGES, 1);
    assertThat(built()).isEqualTo(longOption + "0101");
    String many = "060355".repeat(13) + "01"; // needs 52 octets when aligned
    from(many).sackBlocks(EDGES, 1);
    assertThat(built()).isEqualTo(many);
  }

  @Test
  void refusesMissingEdges() {
    from("");
    assertThatThrownBy(() -> builder.sackBlocks(EDGES, 6))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> builder.sackBlocks(EDGES, -1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  @DisplayName("C-51 options of arbitrary octets give a readable segment")
  void buildsReadableSegmentFromArbitraryOptions() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 100_000; round++) {
      byte[] options = new byte[random.nextInt(11) * 4];
      random.nextBytes(options);
      for (int i = 0; i + 1 < options.length; i += 1 + random.nextInt(9)) {
        options[i] = (byte) random.nextInt(10);
        options[i + 1] = (byte) random.nextInt(12);
      }
      String text = HexFormat.of().formatHex(options);
      SegmentBuilder segment = from(text);
      switch (random.nextInt(4)) {
        case 0 -> segment.withoutSack();
        case 1 -> segment.withoutSynOptions();
        case 2 -> segment.sackBlocks(EDGES, random.nextInt(6));
        default -> segment.withoutSynOptions().sackBlocks(EDGES, 1 + random.nextInt(5));
      }
      assertThat(built().length() / 2)
          .as("new Random(%dL), round %d, options %s", seed, round, text)
          .isLessThanOrEqualTo(40);
    }
  }
}
