package dev.midstream.wire.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.capture.Captures.Reading;
import dev.midstream.wire.capture.Captures.Seen;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureReaderDamageTest {
  private static final int ROUNDS = 2_000;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("C-73 a pcap truncated at any octet delivers every packet before it")
  void deliversPcapPacketsBeforeTruncation(boolean big) throws IOException {
    assertSurvivesEveryCut(pcapPieces(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("C-73 a pcapng truncated at any octet delivers every packet before it")
  void deliversPcapngPacketsBeforeTruncation(boolean big) throws IOException {
    assertSurvivesEveryCut(pcapngPieces(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  @DisplayName("C-73 a capture with changed octets is read and rewritten without a failure")
  void survivesMutations(long seed) throws IOException {
    Random random = new Random(seed);
    ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    byte[] pcap = joined(pcapPieces(order));
    byte[] pcapng = joined(pcapngPieces(order));
    int damaged = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] file = (random.nextInt(4) == 0 ? pcap : pcapng).clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        file[random.nextInt(file.length)] = (byte) mutation(random);
      }
      damaged += readsWithoutDamage(file, "replay: seed=" + seed + " round=" + round) ? 0 : 1;
    }
    assertThat(damaged).as("damaged files of seed=%d", seed).isBetween(ROUNDS / 10, ROUNDS);
  }

  @Test
  @DisplayName("C-73 random octets after a capture's magic number are read without a failure")
  void survivesRandomOctets() throws IOException {
    long seed = 7;
    Random random = new Random(seed);
    int ended = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      CaptureFileBuilder start =
          random.nextBoolean()
              ? CaptureFileBuilder.pcap(order, CaptureFileBuilder.PCAP_NANOS, 96, 1)
              : new CaptureFileBuilder(order).section(order, -1);
      byte[] file = start.octets(noise).toByteArray();
      ended += readsWithoutDamage(file, "replay: seed=" + seed + " round=" + round) ? 1 : 0;
    }
    assertThat(ended).isLessThan(ROUNDS);
  }

  private static void assertSurvivesEveryCut(List<Piece> pieces) throws IOException {
    byte[] file = joined(pieces);
    List<Seen> all = Captures.read(file).packets();
    int headerLength = pieces.getFirst().octets().length;
    for (int cut = headerLength; cut <= file.length; cut++) {
      int whole = 0;
      int packets = 0;
      for (Piece piece : pieces) {
        if (whole + piece.octets().length > cut) {
          break;
        }
        whole += piece.octets().length;
        packets += piece.packet() ? 1 : 0;
      }
      byte[] cutFile = Arrays.copyOf(file, cut);
      Reading reading = Captures.read(cutFile);

      assertThat(reading.packets()).as("cut=%d", cut).isEqualTo(all.subList(0, packets));
      if (cut == whole) {
        assertThat(reading.damage()).as("cut=%d", cut).isNull();
      } else {
        assertThat(reading.damage())
            .as("cut=%d", cut)
            .extracting(CaptureDamage::offset)
            .isEqualTo((long) whole);
      }
      assertThat(Captures.copyAll(cutFile, Captures.TINY))
          .as("cut=%d", cut)
          .isEqualTo(Arrays.copyOf(file, whole));
    }
    for (int cut = 0; cut < headerLength; cut++) {
      byte[] cutFile = Arrays.copyOf(file, cut);
      assertThatThrownBy(() -> Captures.read(cutFile))
          .as("cut=%d", cut)
          .isInstanceOf(CaptureException.class)
          .hasMessageEndingWith("file=in.pcap");
    }
  }

  /** Reads and rewrites; returns true if the file was read to its end without damage. */
  private static boolean readsWithoutDamage(byte[] file, String replay) throws IOException {
    CaptureLimits limits = new CaptureLimits(256, 4_096, 8_192, 8);
    Reading reading;
    try {
      reading = Captures.read(file, limits);
    } catch (CaptureException refusal) {
      assertThat(refusal).as(replay).hasMessageContaining("file=in.pcap");
      return false;
    } catch (RuntimeException e) {
      throw new AssertionError(replay, e);
    }
    byte[] copy = Captures.copyAll(file, limits);
    CaptureDamage damage = reading.damage();
    int sound = damage == null ? file.length : (int) damage.offset();
    assertThat(copy).as(replay).isEqualTo(Arrays.copyOf(file, sound));
    byte[] edited = doubled(file, limits);
    assertThat(Captures.read(edited, limits).packets())
        .as(replay)
        .hasSize(2 * reading.packets().size());
    return damage == null;
  }

  /** Keeps every packet and writes it a second time. */
  private static byte[] doubled(byte[] file, CaptureLimits limits) throws IOException {
    return Captures.rewrite(
        file,
        limits,
        HeaderPolicy.ROOM_FOR_EDITS,
        (number, packet, writer) -> {
          writer.write(packet);
          writer.copy();
        });
  }

  private static int mutation(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> 0xff;
      case 2 -> random.nextInt(16);
      default -> random.nextInt(256);
    };
  }

  private record Piece(CaptureFileBuilder content, boolean packet) {
    byte[] octets() {
      return content.toByteArray();
    }
  }

  private static List<Piece> pcapPieces(ByteOrder order) {
    List<Piece> pieces = new ArrayList<>();
    pieces.add(
        new Piece(CaptureFileBuilder.pcap(order, CaptureFileBuilder.PCAP_MICROS, 96, 1), false));
    for (int length = 0; length < 40; length += 13) {
      byte[] packet = new byte[length];
      pieces.add(
          new Piece(new CaptureFileBuilder(order).record(length, 5, packet, length + 1), true));
    }
    return pieces;
  }

  private static List<Piece> pcapngPieces(ByteOrder order) {
    CaptureFileBuilder none = new CaptureFileBuilder(order);
    CaptureFileBuilder options = none.body().option(1, new byte[5]).option(2, new byte[4]).word(0);
    CaptureFileBuilder units = none.body().option(9, new byte[] {(byte) 0x94}).word(0);
    byte[] packet = {1, 2, 3, 4, 5, 6};
    return List.of(
        new Piece(none.body().section(order, -1), false),
        new Piece(none.body().interfaceBlock(1, 4, none), false),
        new Piece(none.body().simple(packet, 9), true),
        new Piece(none.body().enhanced(0, 1L << 40, packet, 7, options), true),
        new Piece(none.body().block(9, options), false),
        new Piece(none.body().section(order, -1), false),
        new Piece(none.body().interfaceBlock(113, 0, units), false),
        new Piece(none.body().obsolete(0, 1L << 50, packet, 6), true),
        new Piece(none.body().simple(packet, 6), true),
        new Piece(none.body().block(9, none), false));
  }

  private static byte[] joined(List<Piece> pieces) {
    CaptureFileBuilder file = new CaptureFileBuilder(ByteOrder.BIG_ENDIAN);
    pieces.forEach(piece -> file.octets(piece.octets()));
    return file.toByteArray();
  }
}
