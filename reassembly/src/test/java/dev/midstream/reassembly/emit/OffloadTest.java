package dev.midstream.reassembly.emit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Segments with checksum and segmentation offload. */
class OffloadTest {
  private static final int LARGEST_SEGMENT_BYTES = 100;
  private static final int CHECKSUM_AT = 16;

  /** A segment size that every path carries. */
  private static final int SAFE_BYTES = 536;

  @Test
  @DisplayName("C-45 a partial checksum is right on the wire, edited or not")
  void completesPartialChecksums() {
    run(
        """
        c> P. 1:6(5) ack 1 "abcde"
        >s P. 1:6(5) ack 1 "abcde"
        c> P. 6:11(5) ack 1 "Hello"
        >s P. 6:8(2) ack 1 "Hi"
        c> P. 11:14(3) ack 1 "xyz"
        >s P. 8:11(3) ack 1 "xyz"
        c> P. 6:14(8) ack 1 "Helloxyz"
        >s P. 6:11(5) ack 1 "Hixyz"
        """);
  }

  @Test
  @DisplayName("C-45 H-49 a super-segment leaves as one, edited or not, and the port segments it")
  void leavesSegmentationToThePort() {
    String letters = "a".repeat(250);
    run(
        """
        c> P. 1:251(250) ack 1 "%1$s"
        >s P. 1:251(250) ack 1 "%1$s"
        c> P. 251:506(255) ack 1 "Hello%1$s"
        >s P. 251:503(252) ack 1 "Hi%1$s"
        c> P. 506:511(5) ack 1 "Hello"
        >s P. 503:505(2) ack 1 "Hi"
        """
            .formatted(letters));
  }

  @Test
  @DisplayName("C-45 H-11 super-segments after a filled gap leave as fast as they arrive")
  void drainsSuperSegmentsAfterAGap() {
    String opening = Opening.of("<mss 100,sackOK>", "<mss 100,sackOK>", "");
    Engine engine = TestEngine.inline("Hello", "Hi").engine();
    new Script(new Offloading(Scripts.box(engine)))
        .run(
            opening
                + """
                c> . 101:1101(1000) ack 1
                >c . 1:1(0) ack 1 <sack 101:1101>
                c> . 1:101(100) ack 1
                >s . 1:301(300) ack 1
                c> . 1101:2101(1000) ack 1
                >s . 301:2101(1800) ack 1
                c> . 2101:3101(1000) ack 1
                >s . 2101:3101(1000) ack 1
                """);
  }

  @Test
  @DisplayName(
      "H-49 H-7 without SACK a super-segment after a gap causes one duplicate ACK per segment")
  void acknowledgesASuperSegmentByItsSegments() {
    run(
        """
        c> . 101:351(250) ack 1
        >c . 1:1(0) ack 1
        >c . 1:1(0) ack 1
        >c . 1:1(0) ack 1
        """);
  }

  @Test
  @DisplayName("H-7 H-49 law 6 a super-segment of more than 64 segments causes 64 duplicate ACKs")
  void acknowledgesASuperSegmentAtMost64Times() {
    run("c> . 101:6601(6500) ack 1\n" + ">c . 1:1(0) ack 1\n".repeat(64) + "at 5s\nnothing\n");
  }

  @Test
  @DisplayName("C-45 C-67 a super-segment of a picked-up connection is segmented")
  void segmentsSuperSegmentsOfAPickedUpConnection() {
    Engine engine = TestEngine.inline("Hello", "Hallo").midStream(MidStream.PICK_UP).engine();
    Offloading ports = new Offloading(Scripts.box(engine));
    String letters = "a".repeat(995);
    new Script(ports)
        .run(
            """
            c> . 1:1001(1000) ack 1 "Hello%1$s"
            >s . 1:1001(1000) ack 1 "Hallo%1$s"
            """
                .formatted(letters));
    assertThat(ports.emittedGsoBytes).isBetween(LARGEST_SEGMENT_BYTES, SAFE_BYTES);
  }

  @Test
  @DisplayName("C-45 held octets leave before a super-segment that is forwarded in place")
  void sendsHeldOctetsBeforeASuperSegment() {
    run(
        """
        c> . 1:102(101) ack 1
        >s . 1:102(101) ack 1
        c> . 102:107(5) ack 1 "aaHel"
        >s . 102:104(2) ack 1 "aa"
        c> . 107:65507(65400) ack 1
        >s . 104:107(3) ack 1 "Hel"
        >s . 107:65507(65400) ack 1
        """);
  }

  @Test
  @DisplayName("H-38 H-49 C-65 of a super-segment as much is accepted as there is room for")
  void acceptsWhatFindsRoom() {
    runWithin(
        4_000,
        """
        c> . 1:101(100) ack 1
        >s same
        c> FP. 101:2651(2550) ack 1
        >s . 101:1001(900) ack 1
        c> . 1001:2651(1650) ack 1
        >c . 1:1(0) ack 1
        """);
  }

  @Test
  @DisplayName("H-38 H-49 C-65 law 6 beyond the share one MSS of a super-segment is accepted")
  void acceptsOneMssWithoutRoom() {
    runWithin(
        400,
        """
        c> . 1:101(100) ack 1
        >s same
        c> P. 101:1101(1000) ack 1
        >s . 101:201(100) ack 1
        c> P. 101:1101(1000) ack 1
        >s P. 101:201(100) ack 1
        s> . 1:1(0) ack 201
        >c . 1:1(0) ack 201
        c> P. 201:1101(900) ack 1
        >s . 201:301(100) ack 1
        """);
  }

  private static void runWithin(long totalBytes, String text) {
    Engine engine =
        TestEngine.inline("Hello", "Hi")
            .limits(EngineLimits.DEFAULTS.withTotalBytes(totalBytes))
            .engine();
    new Script(new Offloading(Scripts.box(engine)))
        .run(Opening.segments(LARGEST_SEGMENT_BYTES) + text);
  }

  private static void run(String text) {
    Engine engine = TestEngine.inline("Hello", "Hi").engine();
    new Script(new Offloading(Scripts.box(engine)))
        .run(Opening.segments(LARGEST_SEGMENT_BYTES) + text);
  }

  /** A box between ports with checksum and segmentation offload. */
  private static final class Offloading implements Box {
    private final Box box;
    private final FrameView view = new FrameView();
    private final HeaderEditor editor = new HeaderEditor();
    private int emittedGsoBytes;

    Offloading(Box box) {
      this.box = box;
    }

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      view.read(packet);
      if (view.payloadLength() > 0) {
        boolean isLarge = view.payloadLength() > LARGEST_SEGMENT_BYTES;
        setPartialChecksum(packet);
        packet.offload(ChecksumState.PARTIAL, isLarge ? LARGEST_SEGMENT_BYTES : 0);
      }
      Disposition disposition = box.onPacket(packet, nowNanos, made -> complete(made, out));
      if (disposition == Disposition.FORWARD) {
        complete(packet);
      }
      return disposition;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      box.onTimer(nowNanos, made -> complete(made, out));
    }

    @Override
    public long nextDeadlineNanos() {
      return box.nextDeadlineNanos();
    }

    /** Replaces the checksum by the sum of the pseudo header. */
    private void setPartialChecksum(Packet packet) {
      long segmentAt =
          packet.offset() + packet.length() - view.payloadLength() - view.tcpHeaderLength();
      int length = view.tcpHeaderLength() + view.payloadLength();
      long pseudo =
          InternetChecksum.tcpPseudoHeader(
              view.sourceHigh(),
              view.sourceLow(),
              view.destinationHigh(),
              view.destinationLow(),
              length);
      short folded = (short) InternetChecksum.fold(pseudo);
      packet
          .memory()
          .set(
              ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN),
              segmentAt + CHECKSUM_AT,
              folded);
    }

    private void complete(Packet packet, PacketOutput out) {
      emittedGsoBytes = packet.gsoBytes();
      complete(packet);
      out.emit(packet);
    }

    private void complete(Packet packet) {
      view.read(packet);
      assertThat(packet.gsoBytes() > 0 || view.payloadLength() <= LARGEST_SEGMENT_BYTES).isTrue();
      if (packet.checksumState() == ChecksumState.PARTIAL) {
        assertThat(editor.edit(view).completeChecksum()).isTrue();
      }
    }
  }

  @Test
  @DisplayName(
      "H-49 C-45 a super-segment leaves as one, edited or not, and so does its retransmission")
  void keepsASuperSegmentWhole() {
    String letters = "a".repeat(300);
    TestEngine.inline("x", "")
        .run(
            Opening.segments(100)
                + """
                c> P. 1:301(300) ack 1 "%1$s"
                >s same
                c> P. 301:602(301) ack 1 "x%1$s"
                >s P. 301:601(300) ack 1 "%1$s"
                c> P. 301:602(301) ack 1 "x%1$s"
                >s P. 301:601(300) ack 1 "%1$s"
                """
                    .formatted(letters));
  }
}
