package dev.midstream.wire.fastpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.header.TestFrames;
import dev.midstream.wire.live.NameSpace;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An end behind a wire, and what it is sent when its adopted connection is reset. */
@Tag("live")
final class AdoptedResetsTest {
  private static final int OCTETS = 1_400;
  private static final int ACKNOWLEDGED = EndFrames.ACKNOWLEDGEMENT - 5_000;

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @ParameterizedTest
  @CsvSource({"4, 0", "6, 0", "4, 5", "6, 5"})
  @DisplayName("a full segment of an end gets a RST with the number that the end expects")
  void resetsAtData(int version, int vlan) {
    byte[] data = EndFrames.of(version, vlan, TcpFlags.ACK, OCTETS);
    assertThat(resetNumbers(data)).contains(ACKNOWLEDGED, EndFrames.ACKNOWLEDGEMENT);
  }

  @ParameterizedTest
  @CsvSource({"4, 0", "6, 5"})
  @DisplayName("an end that has sent a RST is closed, and gets nothing more")
  void endsAtReset(int version, int vlan) {
    byte[] reset = EndFrames.of(version, vlan, TcpFlags.RST | TcpFlags.ACK, 0);
    byte[] data = EndFrames.of(version, vlan, TcpFlags.ACK, 0);
    assertThat(resetNumbers(reset, data))
        .contains(ACKNOWLEDGED)
        .doesNotContain(EndFrames.ACKNOWLEDGEMENT);
  }

  @Test
  @DisplayName("an end is reset by the interface that came back, also if nothing was led to it yet")
  void resetsByTheOneThatCameBack() {
    try (NameSpace nameSpace = new NameSpace()) {
      wire(nameSpace);
      List<Integer> numbers =
          nameSpace.in(() -> {
            FastPathBridge bridge = openOrSkip();
            adopt(bridge);
            nameSpace.ip("link del a0", "link del z0");
            wire(nameSpace);
            return closeBetweenOthers(bridge);
          });
      assertThat(numbers).contains(ACKNOWLEDGED);
    }
  }

  private static void wire(NameSpace nameSpace) {
    nameSpace.ip("link add a0 type veth peer name b0", "link set a0 up", "link set b0 up");
    nameSpace.ip("link add z0 type veth peer name y0", "link set z0 up", "link set y0 up");
    nameSpace.awaitCarrier("a0");
    nameSpace.awaitCarrier("z0");
  }

  private static FastPathBridge openOrSkip() {
    try {
      return FastPathBridge.openPinned("a0", "z0", 16, false);
    } catch (FastPathException e) {
      return abort("skipped: " + e.getMessage());
    }
  }

  private static void adopt(FastPathBridge bridge) throws FastPathException {
    FastPathTable guards = Objects.requireNonNull(bridge.guards(0));
    FlowEntry entry = guards.newEntry();
    FlowKey key = guards.newKey();
    try (Arena arena = Arena.ofConfined()) {
      byte[] frame = EndFrames.of(4, 0, TcpFlags.ACK, 0);
      key.memory().copyFrom(keyOf(arena, frame).memory());
    }
    entry.begin(guards.interfaceOf(Leg.OUTSIDE)).shift(1, 0).newest(1, ACKNOWLEDGED, 1, 2, 3);
    assertThat(guards.put(key, entry.link(TestFrames.MACS).asShifted())).isTrue();
    entry.begin(guards.interfaceOf(Leg.INSIDE)).shift(0, -1);
    assertThat(guards.put(guards.newKey().setOpposite(key), entry.asShifted())).isTrue();
    bridge.adopt(System.nanoTime());
    assertThat(bridge.orphans().adopted()).isEqualTo(1);
    bridge.stamp(System.nanoTime(), 0);
  }

  /** The numbers of the RSTs that are sent by interfaces that came back. */
  private static List<Integer> closeBetweenOthers(FastPathBridge bridge) throws FastPathException {
    try (Arena arena = Arena.ofConfined();
        LinkSocket end = new LinkSocket(new Linux(arena))) {
      Linux linux = new Linux(arena);
      bridge.join(linux.interfaceIndex("a0"), linux.interfaceIndex("z0"));
      bridge.close();
      return receivedResets(end);
    }
  }

  /** The numbers of the RSTs for an end that replies with {@code frames}. */
  private static List<Integer> resetNumbers(byte[]... frames) {
    try (NameSpace nameSpace = new NameSpace()) {
      nameSpace.ip("link add a0 type veth peer name b0", "link set a0 up", "link set b0 up");
      nameSpace.awaitCarrier("a0");
      nameSpace.awaitCarrier("b0");
      return nameSpace.in(() -> exchange(frames));
    }
  }

  private static List<Integer> exchange(byte[]... frames) {
    try (Arena arena = Arena.ofConfined();
        LinkSocket end = new LinkSocket(new Linux(arena));
        AdoptedResets resets = new AdoptedResets()) {
      Linux linux = new Linux(arena);
      int box = linux.interfaceIndex("a0");
      FlowEntry entry = entry(arena).begin(box).newest(1, ACKNOWLEDGED, 1, 2, 3);
      resets.resetSender(
          keyOf(arena, frames[0]), entry.link(TestFrames.MACS), entry(arena).begin(box));
      for (byte[] frame : frames) {
        end.send(linux.interfaceIndex("b0"), EndFrames.packet(linux, frame));
      }
      resets.await();
      return receivedResets(end);
    }
  }

  private static FlowEntry entry(Arena arena) {
    return new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
  }

  private static FlowKey keyOf(Arena arena, byte[] frame) {
    FrameView view = new FrameView();
    Packet packet =
        new Packet()
            .at(MemorySegment.ofArray(frame), 0, frame.length)
            .from(LinkType.ETHERNET, Leg.INSIDE, 0, 0);
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    return new FlowKey(arena.allocate(FlowKey.BYTES, Long.BYTES)).set(view);
  }

  private static List<Integer> receivedResets(LinkSocket end) {
    FrameView view = new FrameView();
    List<Integer> numbers = new ArrayList<>();
    for (Packet each = end.receive(); each != null; each = end.receive()) {
      boolean isSegment = view.read(each) == FrameKind.TCP;
      if (isSegment && view.isRst() && view.sourcePort() == EndFrames.DESTINATION_PORT) {
        numbers.add(view.sequence());
      }
    }
    return numbers;
  }
}
