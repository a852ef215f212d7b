package dev.midstream.wire.capture;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.midstream.wire.packet.Packet;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureChannelsTest {
  private static final int PACKETS = 100_000;

  @Test
  void copiesFromPipeOctetByOctet() throws IOException {
    byte[] file = manyRecords(50);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CaptureReader reader =
            CaptureReader.open(new DrippingChannel(file), "pipe", CaptureLimits.DEFAULT);
        CaptureWriter writer =
            CaptureWriter.create(Channels.newChannel(out), "out", reader, HeaderPolicy.VERBATIM)) {
      Packet packet = new Packet();
      while (reader.next(packet)) {
        writer.copy();
      }
      assertThat(reader.packetCount()).isEqualTo(50);
    }
    assertThat(out.toByteArray()).isEqualTo(file);
  }

  @Test
  void deliversPacketWithoutReadingAhead() throws IOException {
    DrippingChannel pipe = new DrippingChannel(manyRecords(2));
    try (CaptureReader reader = CaptureReader.open(pipe, "pipe", CaptureLimits.DEFAULT)) {
      assertThat(reader.next(new Packet())).isTrue();
      assertThat(pipe.deliveredBytes()).isEqualTo(reader.fileOffset());
    }
  }

  @Test
  @DisplayName("C-73 a channel that fails at once is refused in one line")
  void refusesFailingChannel() {
    assertThatThrownBy(
            () -> CaptureReader.open(new FailingChannel(), "pipe", CaptureLimits.DEFAULT))
        .isInstanceOf(CaptureException.class)
        .hasMessage("cannot read capture file=pipe reason=broken");
  }

  @Test
  void reportsUnwritableFileByName() throws IOException {
    byte[] file = manyRecords(3);
    try (CaptureReader reader = Captures.open(file, CaptureLimits.DEFAULT)) {
      CaptureWriter writer =
          CaptureWriter.create(new FailingChannel(), "full", reader, HeaderPolicy.VERBATIM);
      assertThat(reader.next(new Packet())).isTrue();
      writer.copy();
      assertThatThrownBy(writer::close)
          .isInstanceOf(IOException.class)
          .hasMessage("cannot write capture file=full reason=broken");
      writer.close();
    }
  }

  @Test
  void throwsUncheckedExceptionWhenWriteFails() throws IOException {
    Packet large = Captures.packet(new byte[200_000], 0, 1);
    try (CaptureReader reader = Captures.open(manyRecords(3), CaptureLimits.DEFAULT);
        CaptureWriter writer =
            CaptureWriter.create(new FailingChannel(), "full", reader, HeaderPolicy.VERBATIM)) {
      assertThat(reader.next(new Packet())).isTrue();
      for (int i = 0; i < 5; i++) {
        writer.write(large);
      }
      assertThatThrownBy(() -> writer.write(large))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot write capture file=full reason=broken");
      // The failed buffer is discarded, so close has nothing left to write.
    }
  }

  @Test
  void allocatesNothingPerPacket(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("in"), manyRecords(PACKETS));
    copyHalfRewriteHalf(file);

    long allocatedBytes = copyHalfRewriteHalf(file);

    assertThat(allocatedBytes).isLessThan(PACKETS);
  }

  private static long copyHalfRewriteHalf(Path file) throws IOException {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Packet packet = new Packet();
    try (CaptureReader reader = CaptureReader.open(file);
        CaptureWriter writer =
            CaptureWriter.create(
                Channels.newChannel(OutputStream.nullOutputStream()),
                "null",
                reader,
                HeaderPolicy.ROOM_FOR_EDITS)) {
      long before = thread.getCurrentThreadAllocatedBytes();
      while (reader.next(packet)) {
        if ((reader.packetCount() & 64) == 0) {
          writer.copy();
        } else {
          writer.write(packet);
        }
      }
      assertThat(reader.packetCount()).isEqualTo(PACKETS);
      return thread.getCurrentThreadAllocatedBytes() - before;
    }
  }

  private static byte[] manyRecords(int count) {
    CaptureFileBuilder file =
        CaptureFileBuilder.pcap(LITTLE_ENDIAN, CaptureFileBuilder.PCAP_MICROS, 96, 1);
    for (int i = 0; i < count; i++) {
      file.record(i, i, new byte[i & 63], 64);
    }
    return file.toByteArray();
  }

  /** Returns one octet per read. */
  private static final class DrippingChannel implements ReadableByteChannel {
    private final ByteArrayInputStream source;
    private final int length;

    DrippingChannel(byte[] octets) {
      source = new ByteArrayInputStream(octets);
      length = octets.length;
    }

    int deliveredBytes() {
      return length - source.available();
    }

    @Override
    public int read(ByteBuffer target) {
      int octet = source.read();
      if (octet < 0) {
        return -1;
      }
      target.put((byte) octet);
      return 1;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  /** Fails every read and write. */
  private static final class FailingChannel implements ReadableByteChannel, WritableByteChannel {
    @Override
    public int read(ByteBuffer target) throws IOException {
      throw new IOException("broken");
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      throw new IOException("broken");
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
