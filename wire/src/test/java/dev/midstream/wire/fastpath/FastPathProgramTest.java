package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.fastpath.KernelTwin.Entry;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The program in the real kernel against its twin, frame by frame; nothing leaves. */
@Tag("live")
class FastPathProgramTest {
  private static final int ENTRIES = 64;
  private static final int ROUNDS = Integer.getInteger("midstream.rounds", 2_000);
  private static final int FRAMES = 50;
  private static final int REDIRECT = 7;
  private static final int MOST_BYTES = 2_048;
  private static final int INTERFACE = 1;
  private static final int LOOPBACK = 1;
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  private final Arena arena = Arena.ofConfined();
  private final Linux linux = new Linux(arena);
  private final BpfRequest request = new BpfRequest(linux);
  private final MemorySegment after = arena.allocate(MOST_BYTES);
  private final FrameView view = new FrameView();
  private @Nullable FastPathProgram program;

  @BeforeEach
  void load() {
    try {
      program = FastPathProgram.load(linux, ENTRIES);
    } catch (FastPathException e) {
      abort("skipped: " + e.getMessage());
    }
  }

  @AfterEach
  void close() {
    if (program != null) {
      program.close();
    }
    arena.close();
  }

  @Test
  @DisplayName("the kernel forwards, moves, recalls and notes as its twin does")
  void doesWhatTheTwinDoes() {
    long seed = Long.getLong("midstream.seed", 1);
    for (int round = 0; round < ROUNDS; round++) {
      compare(new Random(seed + round), "seed=" + (seed + round));
    }
  }

  @Test
  @DisplayName("frames that are not for the kernel stay, go up, or leave if the process is silent")
  void givesUp() throws FastPathException {
    byte[] frame = new FrameDraw(new Random(1)).plain(true, false);
    assertThat(kernel(frame)).isNull();
    program().setLeg(LOOPBACK, INTERFACE, 0);
    program().stamp(System.nanoTime() - HOUR_NANOS, 0);
    assertThat(kernel(frame)).isNull();
    program().stamp(System.nanoTime() - HOUR_NANOS, HOUR_NANOS / 2);
    assertThat(kernel(frame)).isEqualTo(frame);
    program().stamp(System.nanoTime(), HOUR_NANOS / 2);
    assertThat(kernel(frame)).isNull();
    program().setLeg(LOOPBACK, INTERFACE, INTERFACE);
    assertThat(kernel(frame)).isEqualTo(frame);
  }

  @Test
  @DisplayName("a full table takes no more entries")
  void refusesMoreEntriesThanItHas() {
    FrameDraw draw = new FrameDraw(new Random(1));
    FlowEntry entry = flows().newEntry().begin(INTERFACE, 0, 0);
    int added = 0;
    byte[] frame = draw.plain(true, false);
    while (added <= 2 * ENTRIES && flows().put(key(frame), entry)) {
      frame[KernelTwin.tcpAt(frame)]++;
      added++;
    }
    assertThat(added).isEqualTo(ENTRIES);
  }

  private void compare(Random random, String seed) {
    FrameDraw draw = new FrameDraw(random);
    draw.near(random.nextInt(4) == 0 ? -1_000 : random.nextInt());
    KernelTwin twin = new KernelTwin();
    for (boolean isFour : new boolean[] {true, false}) {
      boolean moves = random.nextBoolean();
      for (boolean opposite : new boolean[] {true, false}) {
        put(draw, random, draw.plain(isFour, opposite), twin, moves);
      }
    }
    for (int i = 0; i < FRAMES; i++) {
      byte[] frame = draw.next();
      byte[] expected = twin.process(frame.clone());
      byte[] actual = kernel(frame);
      assertThat(withoutChecksum(actual)).as(seed).isEqualTo(withoutChecksum(expected));
      if (actual != null) {
        assertThat(sum(actual)).as("%s checksum", seed).isEqualTo(sum(frame));
      }
    }
    for (boolean isFour : new boolean[] {true, false}) {
      for (boolean opposite : new boolean[] {true, false}) {
        check(draw.plain(isFour, opposite), twin, seed);
      }
    }
  }

  private FastPathProgram program() {
    return Objects.requireNonNull(program);
  }

  private FlowTable flows() {
    return program().flows();
  }

  private FlowKey key(byte[] frame) {
    MemorySegment memory = arena.allocate(frame.length);
    MemorySegment.copy(frame, 0, memory, JAVA_BYTE, 0, frame.length);
    Packet packet = new Packet().at(memory, 0, frame.length);
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    return flows().newKey().set(view);
  }

  private void put(FrameDraw draw, Random random, byte[] frame, KernelTwin twin, boolean moves) {
    Entry entry = new Entry();
    entry.from = ByteBuffer.wrap(frame).getInt(KernelTwin.tcpAt(frame) + 4);
    entry.end = entry.from;
    entry.acknowledgedFrom = entry.from - draw.distance(0, 1_000);
    entry.acknowledgement = entry.acknowledgedFrom;
    entry.edge = random.nextInt(3) == 0 ? null : entry.from + draw.distance(0, 4_000);
    entry.sequenceShift = moves ? random.nextInt() : 0;
    entry.acknowledgementShift = moves && random.nextBoolean() ? random.nextInt() : 0;
    entry.timestamp = entry.from - draw.distance(0, 1_000);
    twin.put(frame, entry);
    FlowEntry kernel =
        flows()
            .newEntry()
            .begin(INTERFACE, entry.from, entry.acknowledgedFrom)
            .shift(entry.sequenceShift, entry.acknowledgementShift)
            .newest(entry.acknowledgement, 0, entry.timestamp, 0);
    if (entry.edge != null) {
      kernel.edge(entry.edge);
    }
    assertThat(flows().put(key(frame), kernel)).isTrue();
  }

  private void check(byte[] frame, KernelTwin twin, String seed) {
    Entry expected = twin.entry(frame);
    FlowEntry actual = flows().newEntry();
    assertThat(flows().take(key(frame), actual)).as(seed).isTrue();
    assertThat(actual.isFast()).as(seed).isEqualTo(expected.fast);
    assertThat(actual.reason()).as(seed).isEqualTo(expected.reason);
    assertThat(actual.end()).as(seed).isEqualTo(expected.end);
    assertThat(actual.acknowledgement()).as(seed).isEqualTo(expected.acknowledgement);
    assertThat(actual.windowField()).as(seed).isEqualTo(expected.window);
    assertThat(actual.timestamp()).as(seed).isEqualTo(expected.timestamp);
    assertThat(actual.timestampEcho()).as(seed).isEqualTo(expected.timestampEcho);
    assertThat(actual.packets()).as(seed).isEqualTo(expected.packets);
    assertThat(actual.octets()).as(seed).isEqualTo(expected.octets);
    assertThat(actual.nanos() > 0).as(seed).isEqualTo(expected.packets > 0);
    assertThat(flows().read(key(frame), actual)).as(seed).isFalse();
  }

  /** The frame as the kernel would forward it; null if it leaves it to others. */
  private byte @Nullable [] kernel(byte[] frame) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment in = call.allocate(frame.length);
      MemorySegment.copy(frame, 0, in, JAVA_BYTE, 0, frame.length);
      assertThat(request.run(program().descriptor(), in, after)).isGreaterThanOrEqualTo(0);
      if (request.verdict() != REDIRECT) {
        assertThat(request.verdict()).isZero();
        return null;
      }
      return after.asSlice(0, request.frameBytes()).toArray(JAVA_BYTE);
    }
  }

  private static byte @Nullable [] withoutChecksum(byte @Nullable [] frame) {
    if (frame == null) {
      return null;
    }
    byte[] octets = frame.clone();
    ByteBuffer.wrap(octets).putShort(KernelTwin.tcpAt(frame) + 16, (short) 0);
    return octets;
  }

  /** The ones' complement sum of the octets behind the IP header, 0 for 0xffff. */
  private static int sum(byte[] frame) {
    int tcp = KernelTwin.tcpAt(frame);
    long sum = 0;
    for (int i = tcp; i < frame.length; i++) {
      sum += (long) (frame[i] & 0xff) << ((i - tcp) % 2 == 0 ? 8 : 0);
    }
    return (int) (sum % 0xffff);
  }
}
