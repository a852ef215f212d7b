package dev.midstream.wire.segment;

import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.ethernet4;
import static dev.midstream.wire.header.TestFrames.ethernet6;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.packet.Packet;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Reads, edits and builds until warm, then counts what is allocated. */
class SegmentAllocationTest {
  private static final byte[] OPTIONS =
      hex("0101080a1112131421222324 01010512 00000001000000020000000300000004");
  private static final int WARM_UP = 100_000;
  private static final int MEASURED = 100_000;

  private final FrameView view = new FrameView();
  private final HeaderEditor editor = new HeaderEditor();
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder = new SegmentBuilder();
  private final Packet packet4 = ethernet4(ipv4(tcp(OPTIONS, counting(1_000))));
  private final Packet packet6 =
      ethernet6(ipv6(0, hex("0600010400000000"), tcp(OPTIONS, counting(1_000))));
  private final int[] edges = {1, 2, 3, 4};

  @Test
  void readsEditsAndBuildsWithoutAllocation() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    handle(WARM_UP);
    long before = threads.getCurrentThreadAllocatedBytes();
    int handled = handle(MEASURED);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(handled).isEqualTo(MEASURED);
    assertThat(allocated).isLessThan(MEASURED); // less than an octet for each packet
  }

  private int handle(int packets) {
    int handled = 0;
    for (int i = 0; i < packets; i++) {
      handled += handle(i % 2 == 0 ? packet4 : packet6, i) ? 1 : 0;
    }
    return handled;
  }

  private boolean handle(Packet packet, int number) {
    if (view.read(packet) != FrameKind.TCP || !view.isTcpChecksumRight()) {
      return false;
    }
    editor.edit(view).sequence(number).timestamps(number, number).hopLimit(number & 0xff);
    editor.sackBlock(1, number, number + 1).done();
    template.capture(view);
    builder.from(template).withoutSynOptions().sackBlocks(edges, 2).sequence(number);
    builder.payload(packet.memory(), view.payloadOffset(), view.payloadLength());
    return builder.build(number).length() == packet.length();
  }
}
