package dev.midstream.wire.live;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.fastpath.FastPathBridge;
import dev.midstream.wire.fastpath.FastPathCounts;
import dev.midstream.wire.fastpath.FastPathException;
import dev.midstream.wire.fastpath.FastPathTable;
import dev.midstream.wire.fastpath.FlowEntry;
import dev.midstream.wire.fastpath.FlowKey;
import dev.midstream.wire.fastpath.RecallReason;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.NetworkOrder;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PacketDescriptor;
import dev.midstream.wire.nativecall.SocketFilter;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The entry of a connection comes and goes as fast as it can while frames of it arrive, so that it
 * does both between the two looks that the kernel takes at a frame.
 */
@Tag("live")
final class ComingAndGoingTest {
  private static final int FRAMES = 200_000;

  /** On a busy machine frames and changes take turns, and none falls between two looks. */
  private static final int MOST_ROUNDS = 40;

  private static final int ENTRIES = 16;
  private static final int MTU = 1_500;
  private static final byte[] MAC = {2, 0, 0, 0, 0, 1};

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @Test
  @DisplayName("each frame is forwarded, or copied to the socket of the program, or both")
  void losesNone() throws Exception {
    try (Network network = new Network(MTU);
        RawEndpoint client = RawEndpoint.at(network.client, "c0", MAC)) {
      assertThat(network.box.in(() -> sendWhileItChanges(client))).isTrue();
    }
  }

  private static boolean sendWhileItChanges(RawEndpoint client) throws Exception {
    try (Arena arena = Arena.ofShared();
        FastPathBridge bridge = FastPathBridge.open("in0", "out0", ENTRIES)) {
      CountingSocket socket = new CountingSocket(new Linux(arena), bridge);
      FastPathTable flows = bridge.table(0);
      AtomicBoolean isOver = new AtomicBoolean();
      Thread changes = Thread.ofPlatform().start(() -> changeUntil(isOver, flows));
      long sent = 0;
      try {
        byte[] frame = frame();
        for (int round = 0; round < MOST_ROUNDS && isNoneReturned(bridge); round++) {
          for (int i = 0; i < FRAMES; i++) {
            client.send(frame);
          }
          sent += FRAMES;
        }
      } finally {
        isOver.set(true);
        changes.join();
      }
      check(bridge.counts(), socket.copied(), sent);
      return true;
    } catch (FastPathException e) {
      return abort("skipped: " + e.getMessage());
    }
  }

  private static boolean isNoneReturned(FastPathBridge bridge) throws FastPathException {
    return bridge.counts().returnedPackets() == 0;
  }

  private static void check(FastPathCounts counts, long copied, long sent) {
    System.out.printf(
        "frames=%d forwarded=%d copied=%d both=%d came in once more=%d%n",
        sent,
        counts.packets(RecallReason.NONE),
        copied,
        counts.doubledPackets(),
        counts.returnedPackets());
    assertThat(counts.returnedPackets()).isPositive();
    assertThat(counts.packets(RecallReason.NONE) + copied - counts.doubledPackets())
        .isGreaterThanOrEqualTo(sent);
  }

  private static void changeUntil(AtomicBoolean isOver, FastPathTable flows) {
    FlowKey key = key(flows);
    FlowEntry entry = flows.newEntry();
    while (!isOver.get()) {
      boolean isPut = flows.put(key, entry.begin(flows.interfaceOf(Leg.OUTSIDE)));
      boolean isTaken = flows.take(key, entry);
      if (!isPut || !isTaken) {
        throw new IllegalStateException("no room, or no entry");
      }
    }
  }

  private static FlowKey key(FastPathTable flows) {
    byte[] frame = frame();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(frame.length);
      MemorySegment.copy(frame, 0, memory, JAVA_BYTE, 0, frame.length);
      FrameView view = new FrameView();
      assertThat(view.read(new Packet().at(memory, 0, frame.length))).isEqualTo(FrameKind.TCP);
      return flows.newKey().set(view);
    }
  }

  /** An acknowledgement. */
  private static byte[] frame() {
    ByteBuffer frame = ByteBuffer.allocate(54);
    frame.put(new byte[] {2, 0, 0, 0, 0, 2}).put(MAC).putShort((short) 0x0800);
    frame.putInt(0x45000028).putInt(0x4000).putInt(0x40060000);
    frame.putInt(0x0a010001).putInt(0x0a010002).putShort((short) 4_000).putShort((short) 80);
    return frame.putInt(1_000).putInt(0).putShort((short) 0x5010).putShort((short) 1_000).array();
  }

  /** A socket that gets what a program of user space would get at the inner interface. */
  private static final class CountingSocket {
    private static final int ADDRESS_BYTES = 20;
    private static final int STATISTICS_BYTES = 8;

    private final Linux linux;
    private final int socket;
    private final MemorySegment statistics;

    CountingSocket(Linux linux, FastPathBridge bridge) throws FastPathException {
      this.linux = linux;
      int type = PacketDescriptor.SOCK_RAW | PacketDescriptor.SOCK_NONBLOCK;
      socket = linux.socket(PacketDescriptor.AF_PACKET, type, 0);
      statistics = linux.allocate(STATISTICS_BYTES);
      assertThat(SocketFilter.attach(linux, socket, bridge.slowFrames(null))).isZero();
      MemorySegment address = linux.allocate(ADDRESS_BYTES);
      address.set(JAVA_SHORT, 0, (short) PacketDescriptor.AF_PACKET);
      NetworkOrder.putTwoOctets(address, 2, PacketDescriptor.ETH_P_ALL);
      address.set(JAVA_INT, 4, linux.interfaceIndex("in0"));
      int ignored =
          linux.setOption(
              socket, PacketDescriptor.SOL_PACKET, PacketDescriptor.PACKET_IGNORE_OUTGOING, 1);
      assertThat(linux.bind(socket, address)).isZero();
    }

    /** The frames that the socket got, or had no room for. */
    long copied() {
      int result =
          linux.option(
              socket, PacketDescriptor.SOL_PACKET, PacketDescriptor.PACKET_STATISTICS, statistics);
      assertThat(result).isNotNegative();
      return statistics.get(JAVA_INT, 0) & 0xffff_ffffL;
    }
  }
}
