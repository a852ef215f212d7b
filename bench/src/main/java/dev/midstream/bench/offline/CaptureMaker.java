package dev.midstream.bench.offline;

import dev.midstream.bench.frame.Endpoints;
import dev.midstream.bench.frame.SampleText;
import dev.midstream.bench.frame.TcpFrame;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes a pcap file of interleaved conversations. Each is opened, carries full segments in one
 * direction with an acknowledgement for every two, and is closed by both endpoints.
 */
final class CaptureMaker implements AutoCloseable {
  /** The servers' port. */
  static final int PORT = 7_000;

  private static final int CONVERSATIONS = 64;
  private static final int SEGMENT_BYTES = 1_448;
  private static final int RECORD_BYTES = 16;
  private static final int SNAP_BYTES = 262_144;
  private static final int MAGIC_NANOSECONDS = 0xa1b2_3c4d;
  private static final long FIRST_SECOND = 1_700_000_000L;
  private static final long STEP_NANOS = 2_000;
  private static final int WINDOW = 65_535;

  /** One segment of so many carries the mark, which makes about one mark in 64 KiB. */
  private static final int MARK_EVERY = 45;

  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
  private final Conversation[] conversations = new Conversation[CONVERSATIONS];
  private long packets;

  private CaptureMaker(Path file) throws IOException {
    channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    for (int i = 0; i < CONVERSATIONS; i++) {
      conversations[i] = new Conversation(i);
    }
  }

  /** Writes {@code bytes} octets or a little more. */
  static void write(Path file, long bytes) throws IOException {
    try (CaptureMaker maker = new CaptureMaker(file)) {
      maker.header();
      maker.conversations(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    flush();
    channel.close();
  }

  private void header() {
    buffer.putInt(MAGIC_NANOSECONDS).putShort((short) 2).putShort((short) 4);
    buffer.putLong(0).putInt(SNAP_BYTES).putInt(1);
  }

  private void conversations(long bytes) throws IOException {
    for (Conversation conversation : conversations) {
      put(conversation.client(conversation.syn, -1, TcpFlags.SYN));
      put(conversation.server(conversation.synAnswer, -1, TcpFlags.SYN | TcpFlags.ACK));
      put(conversation.server(conversation.acknowledgement, 0, TcpFlags.ACK));
    }
    for (int round = 0; channel.position() < bytes; round++) {
      for (Conversation conversation : conversations) {
        put(conversation.segment(round));
      }
      if (round % 2 == 1) {
        for (Conversation conversation : conversations) {
          put(conversation.server(conversation.acknowledgement, 0, TcpFlags.ACK));
        }
      }
    }
    for (Conversation conversation : conversations) {
      put(conversation.client(conversation.empty, 0, TcpFlags.FIN | TcpFlags.ACK));
      conversation.sequence++;
      put(conversation.server(conversation.acknowledgement, 0, TcpFlags.FIN | TcpFlags.ACK));
    }
  }

  private void put(Packet packet) throws IOException {
    int length = packet.length();
    if (buffer.remaining() < RECORD_BYTES + length) {
      flush();
    }
    long nanos = packets++ * STEP_NANOS;
    buffer.putInt((int) (FIRST_SECOND + nanos / 1_000_000_000));
    buffer.putInt((int) (nanos % 1_000_000_000)).putInt(length).putInt(length);
    buffer.put(packet.memory().asByteBuffer().limit(length));
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  /** One conversation. */
  private static final class Conversation {
    private static final int SERVER_START = 0x7000_0000;

    private final int index;
    private final TcpFrame syn;
    private final TcpFrame synAnswer;
    private final TcpFrame plain;
    private final TcpFrame marked;
    private final TcpFrame empty;
    private final TcpFrame acknowledgement;
    private int sequence;
    private int timestamp = 1;

    Conversation(int index) {
      this.index = index;
      Endpoints endpoints = Endpoints.of(index, PORT);
      Endpoints reversed = endpoints.reversed();
      syn = TcpFrame.syn(endpoints, Leg.INSIDE);
      synAnswer = TcpFrame.syn(reversed, Leg.OUTSIDE);
      plain = segmentOf(endpoints, SampleText.of(SEGMENT_BYTES, index));
      marked = segmentOf(endpoints, SampleText.marked(SEGMENT_BYTES, index));
      empty = segmentOf(endpoints, new byte[0]);
      acknowledgement = segmentOf(reversed, new byte[0]);
      sequence = index * 1_000_003;
    }

    private static TcpFrame segmentOf(Endpoints endpoints, byte[] payload) {
      return TcpFrame.segment(endpoints, Leg.INSIDE, payload, ChecksumState.COMPLETE);
    }

    Packet segment(int round) {
      boolean hasMark = (round + index) % MARK_EVERY == 0;
      Packet packet = client(hasMark ? marked : plain, 0, TcpFlags.ACK);
      sequence += SEGMENT_BYTES;
      timestamp++;
      return packet;
    }

    Packet client(TcpFrame frame, int ahead, int flags) {
      return frame.stamp(sequence + ahead, SERVER_START, flags, WINDOW, timestamp, 0);
    }

    Packet server(TcpFrame frame, int ahead, int flags) {
      return frame.stamp(SERVER_START + ahead, sequence, flags, WINDOW, timestamp, 0);
    }
  }
}
