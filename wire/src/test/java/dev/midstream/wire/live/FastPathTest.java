package dev.midstream.wire.live;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.fastpath.FastPathException;
import dev.midstream.wire.fastpath.FastPathProgram;
import dev.midstream.wire.fastpath.FastPathTable;
import dev.midstream.wire.fastpath.FlowEntry;
import dev.midstream.wire.fastpath.FlowKey;
import dev.midstream.wire.fastpath.RecallReason;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel forwards frames between the two interfaces of a box in which no program runs. */
@Tag("live")
final class FastPathTest {
  private static final int MTU = 1_500;
  private static final int ENTRIES = 16;
  private static final int SEQUENCE = 1_000;
  private static final int SHIFT = 22;
  private static final int ACK = 16;
  private static final int FIN = 1;
  private static final int PATIENCE_MILLIS = 5_000;
  private static final int SILENCE_MILLIS = 200;
  private static final byte[] MAC = {2, 0, 0, 0, 0, 1};

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("a frame leaves by the other interface with moved numbers, one with a FIN does not")
  void forwards(boolean isTagged) throws Exception {
    runInBox((box, client, server) -> exchange(box, isTagged, client, server));
  }

  private static void exchange(Box box, boolean isTagged, RawEndpoint client, RawEndpoint server)
      throws FastPathException {
    try (FastPathProgram program = FastPathProgram.load(box.linux, ENTRIES, null)) {
      program.attach(box.in);
      FastPathTable flows = box.flows(program);
      FlowKey key = key(flows, frame(isTagged, SEQUENCE, ACK));
      FlowEntry entry = begin(flows, box);
      assertThat(flows.put(key, entry)).isTrue();
      assertForwards(isTagged, client, server);
      client.send(frame(isTagged, SEQUENCE + 4, ACK | FIN));
      assertThat(server.receive(SILENCE_MILLIS)).isNull();
      assertThat(flows.take(key, entry)).isTrue();
      assertThat(entry.packets()).isEqualTo(1);
      assertThat(entry.octets()).isEqualTo(4);
      assertThat(entry.reason()).isEqualTo(RecallReason.CONTROL_BITS);
      assertThat(program.counts().packets(RecallReason.CONTROL_BITS)).isEqualTo(1);
      assertThat(program.counts().octets()).isEqualTo(4);
    }
  }

  @Test
  @DisplayName("a kernel without links of tcx forwards with a filter, until it is detached")
  void forwardsWithFilter() throws Exception {
    runInBox((box, client, server) -> {
      try (FastPathProgram program = FastPathProgram.load(box.linux, ENTRIES, null)) {
        program.attachFilter(box.in);
        program.attachFilter(box.in);
        FastPathTable flows = box.flows(program);
        FlowKey key = key(flows, frame(false, SEQUENCE, ACK));
        assertThat(flows.put(key, begin(flows, box))).isTrue();
        assertForwards(false, client, server);
      }
      assertSilent(client, server);
    });
  }

  @Test
  @DisplayName("a filter forwards nothing after its process, and the next one replaces it")
  void filterEndsWithItsProcess() throws Exception {
    runInBox((box, client, server) -> {
      FastPathProgram first = FastPathProgram.load(box.linux, ENTRIES, null);
      first.attachFilter(box.in);
      assertForwardsWithFilter(first, box, client, server);
      first.leave();
      awaitSilent(client, server);
      assertSilent(client, server);
      try (FastPathProgram second = FastPathProgram.load(box.linux, ENTRIES, null)) {
        second.attachFilter(box.in);
        assertSilent(client, server);
        assertForwardsWithFilter(second, box, client, server);
      }
      assertSilent(client, server);
    });
  }

  private static void assertForwardsWithFilter(
      FastPathProgram program, Box box, RawEndpoint client, RawEndpoint server) {
    FastPathTable flows = box.flows(program);
    assertThat(flows.put(key(flows, frame(false, SEQUENCE, ACK)), begin(flows, box))).isTrue();
    assertForwards(false, client, server);
  }

  /** The kernel notes the end of a process a moment later; frames may be late on a busy machine. */
  private static void awaitSilent(RawEndpoint client, RawEndpoint server) {
    long endNanos = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
    byte[] arrived = new byte[0];
    while (arrived != null && System.nanoTime() - endNanos < 0) {
      client.send(frame(false, SEQUENCE, ACK));
      arrived = server.receive(SILENCE_MILLIS);
    }
    assertThat(arrived).isNull();
    byte[] late = server.receive(PATIENCE_MILLIS);
    assertThat(late == null || server.receive(SILENCE_MILLIS) == null).isTrue();
  }

  @Test
  @DisplayName("what is pinned forwards on after its process, and the next one goes on with it")
  void outlivesItsProcess() throws Exception {
    try (BpfFileSystem pins = BpfFileSystem.mount()) {
      runInBox((box, client, server) -> handOver(box, pins.path(), client, server));
      assertThat(pins.pinned()).isEmpty();
    }
  }

  private static void handOver(Box box, Path pins, RawEndpoint client, RawEndpoint server)
      throws FastPathException {
    FastPathProgram first = FastPathProgram.load(box.linux, ENTRIES, pins);
    first.attach(box.in);
    FastPathTable flows = box.flows(first);
    FlowKey key = key(flows, frame(false, SEQUENCE, ACK));
    assertThat(flows.put(key, begin(flows, box))).isTrue();
    first.leave();
    assertForwards(false, client, server);
    try (FastPathProgram second = FastPathProgram.load(box.linux, ENTRIES, pins)) {
      second.attach(box.in);
      assertForwards(false, client, server);
      FastPathTable again = box.flows(second);
      FlowEntry entry = again.newEntry();
      assertThat(again.take(key, entry)).isTrue();
      assertThat(entry.packets()).isEqualTo(2);
      assertSilent(client, server);
      assertThat(again.put(key, begin(again, box))).isTrue();
    }
    assertSilent(client, server);
  }

  @Test
  @DisplayName("pinned maps of another size are replaced, and what was in them is in the new ones")
  void replacesMapsOfAnotherSize() throws Exception {
    try (BpfFileSystem pins = BpfFileSystem.mount()) {
      runInBox((box, client, server) -> replaceWithLarger(box, pins.path()));
    }
  }

  private static void replaceWithLarger(Box box, Path pins) throws FastPathException {
    FastPathProgram first = FastPathProgram.load(box.linux, ENTRIES, pins);
    first.attach(box.in);
    assertThat(filled(box, box.flows(first), 0)).isEqualTo(ENTRIES);
    first.leave();
    try (FastPathProgram second = FastPathProgram.load(box.linux, 2 * ENTRIES, pins)) {
      second.attach(box.in);
      FastPathTable flows = box.flows(second);
      assertThat(filled(box, flows, ENTRIES)).as("room beside the earlier ones").isEqualTo(ENTRIES);
      for (int number = 0; number < 2 * ENTRIES; number++) {
        FlowEntry entry = flows.newEntry();
        assertThat(flows.take(key(flows, frameOf(number)), entry)).as("entry %d", number).isTrue();
      }
    }
  }

  /** Puts entries of connections from {@code number} on until the table is full; how many. */
  private static int filled(Box box, FastPathTable flows, int number) {
    int next = number;
    while (flows.put(key(flows, frameOf(next)), begin(flows, box))) {
      next++;
    }
    return next - number;
  }

  /** A segment of connection {@code number}. */
  private static byte[] frameOf(int number) {
    byte[] frame = frame(false, SEQUENCE, ACK);
    ByteBuffer.wrap(frame).putShort(34, (short) (5_000 + number));
    return frame;
  }

  /** The box in the middle, on the thread that is in its namespace. */
  private record Box(Linux linux, int in, int out) {
    FastPathTable flows(FastPathProgram program) {
      return program.flows(linux, leg -> leg == Leg.INSIDE ? in : out, 0);
    }
  }

  private interface Work {
    void run(Box box, RawEndpoint client, RawEndpoint server) throws FastPathException;
  }

  private static void runInBox(Work work) throws Exception {
    try (Network network = new Network(MTU);
        RawEndpoint client = RawEndpoint.at(network.client, "c0", MAC);
        RawEndpoint server = RawEndpoint.at(network.server, "s0", MAC)) {
      assertThat(network.box.in(() -> runHere(work, client, server))).isTrue();
    }
  }

  private static boolean runHere(Work work, RawEndpoint client, RawEndpoint server) {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      Box box = new Box(linux, linux.interfaceIndex("in0"), linux.interfaceIndex("out0"));
      work.run(box, client, server);
      return true;
    } catch (FastPathException e) {
      return abort("skipped: " + e.getMessage());
    }
  }

  private static FlowEntry begin(FastPathTable flows, Box box) {
    return flows.newEntry().begin(box.out).start(SEQUENCE, 0).shift(SHIFT, 0);
  }

  private static void assertForwards(boolean isTagged, RawEndpoint client, RawEndpoint server) {
    client.send(frame(isTagged, SEQUENCE, ACK));
    byte[] arrived = Objects.requireNonNull(server.receive(PATIENCE_MILLIS));
    byte[] expected = frame(isTagged, SEQUENCE + SHIFT, ACK);
    assertThat(withoutChecksum(arrived)).isEqualTo(withoutChecksum(expected));
  }

  private static void assertSilent(RawEndpoint client, RawEndpoint server) {
    client.send(frame(false, SEQUENCE, ACK));
    assertThat(server.receive(SILENCE_MILLIS)).isNull();
  }

  private static FlowKey key(FastPathTable flows, byte[] frame) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(frame.length);
      MemorySegment.copy(frame, 0, memory, JAVA_BYTE, 0, frame.length);
      FrameView view = new FrameView();
      assertThat(view.read(new Packet().at(memory, 0, frame.length))).isEqualTo(FrameKind.TCP);
      return flows.newKey().set(view);
    }
  }

  /** A segment of four octets. */
  private static byte[] frame(boolean isTagged, int sequence, int flags) {
    ByteBuffer frame = ByteBuffer.allocate(isTagged ? 62 : 58);
    frame.put(new byte[] {2, 0, 0, 0, 0, 2}).put(MAC);
    if (isTagged) {
      frame.putInt(0x81006007);
    }
    frame.putShort((short) 0x0800).putInt(0x4500002c).putInt(0x4000).putInt(0x40060000);
    frame.putInt(0x0a010001).putInt(0x0a010002).putShort((short) 4_000).putShort((short) 80);
    frame.putInt(sequence).putInt(0).put((byte) 0x50).put((byte) flags).putShort((short) 1_000);
    return frame.putInt(0).put("text".getBytes(StandardCharsets.US_ASCII)).array();
  }

  private static byte[] withoutChecksum(byte[] frame) {
    byte[] octets = frame.clone();
    ByteBuffer.wrap(octets).putShort(octets.length - 8, (short) 0);
    return octets;
  }
}
