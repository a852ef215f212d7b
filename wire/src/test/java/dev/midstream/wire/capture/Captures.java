package dev.midstream.wire.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads and copies captures in memory, and finds the recorded ones. */
public final class Captures {
  /** A window so small that every record moves it. */
  static final CaptureLimits TINY = new CaptureLimits(64, 262_144, 1 << 20, 64);

  private Captures() {}

  /** A packet as delivered by a reader. */
  record Seen(
      String octets, int missingBytes, LinkType linkType, int interfaceId, long timeNanos) {}

  /** Everything that a reader delivered, and why it stopped. */
  record Reading(List<Seen> packets, @Nullable CaptureDamage damage, @Nullable String unreadable) {}

  /** Processes each packet, given its number from 0. */
  interface Treatment {
    void treat(int number, Packet packet, CaptureWriter writer) throws IOException;
  }

  static Reading read(byte[] file, CaptureLimits limits) throws IOException {
    try (CaptureReader reader = open(file, limits)) {
      List<Seen> packets = new ArrayList<>();
      Packet packet = new Packet();
      while (reader.next(packet)) {
        packets.add(seen(packet));
      }
      assertThat(reader.packetCount()).isEqualTo(packets.size());
      return new Reading(packets, reader.damage(), reader.unreadableLinkTypes());
    }
  }

  static Reading read(byte[] file) throws IOException {
    return read(file, TINY);
  }

  static byte[] copyAll(byte[] file, CaptureLimits limits) throws IOException {
    return rewrite(file, limits, HeaderPolicy.VERBATIM, (number, packet, writer) -> writer.copy());
  }

  /** Rewrites a capture and applies {@code treatment} to each packet. */
  static byte[] rewrite(
      byte[] file, CaptureLimits limits, HeaderPolicy headers, Treatment treatment)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CaptureReader reader = open(file, limits);
        CaptureWriter writer =
            CaptureWriter.create(Channels.newChannel(out), "out", reader, headers)) {
      Packet packet = new Packet();
      for (int number = 0; reader.next(packet); number++) {
        treatment.treat(number, packet, writer);
      }
    }
    return out.toByteArray();
  }

  static CaptureReader open(byte[] file, CaptureLimits limits) throws IOException {
    return CaptureReader.open(
        Channels.newChannel(new ByteArrayInputStream(file)), "in.pcap", limits);
  }

  static Seen seen(Packet packet) {
    byte[] octets =
        packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
    return new Seen(
        HexFormat.of().formatHex(octets),
        packet.missingBytes(),
        packet.linkType(),
        packet.interfaceId(),
        packet.timeNanos());
  }

  /** A packet of the given octets that leaves by the outside leg. */
  static Packet packet(byte[] octets, int interfaceId, long timeNanos) {
    return new Packet()
        .at(MemorySegment.ofArray(octets), 0, octets.length)
        .from(LinkType.ETHERNET, Leg.OUTSIDE, interfaceId, timeNanos);
  }

  public static List<Path> recorded() throws IOException {
    Path folder = Path.of("../../shared/captures");
    assumeTrue(Files.isDirectory(folder), "skipped: no recorded captures at " + folder);
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> captures =
          files.filter(file -> file.toString().matches(".*\\.pcap(ng)?")).sorted().toList();
      assertThat(captures).isNotEmpty();
      return captures;
    }
  }
}
