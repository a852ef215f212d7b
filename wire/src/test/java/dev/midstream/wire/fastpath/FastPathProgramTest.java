package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The program in the real kernel against its model, frame by frame; nothing leaves. The first
 * number of a {@code Random} is nearly the same for each of these seeds, so it is none.
 */
@Tag("live")
class FastPathProgramTest {
  private static final int ENTRIES = 64;
  private static final int ROUNDS = Integer.getInteger("midstream.rounds", 2_000);
  private static final int FRAMES = 50;
  private static final int INTERFACE = 2;
  private static final int LOOPBACK = 1;
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  private final Arena arena = Arena.ofConfined();
  private final Linux linux = new Linux(arena);
  private final FrameView view = new FrameView();
  private final ForwardedKinds forwarded = new ForwardedKinds();
  private @Nullable FastPathProgram program;
  private @Nullable KernelRun kernel;
  private @Nullable KernelRun sockets;
  private @Nullable FastPathTable flows;
  private @Nullable FlowKey key;
  private @Nullable FlowEntry entry;

  @BeforeEach
  void load() {
    try {
      program = FastPathProgram.load(linux, ENTRIES, null);
      int slow = program.slowFrames(null, BpfRequest.TRAFFIC_PROGRAM);
      sockets = new KernelRun(linux, slow);
    } catch (FastPathException e) {
      abort("skipped: " + e.getMessage());
    }
    kernel = new KernelRun(linux, program().descriptor());
    flows = program().flows(linux, _ -> INTERFACE, 0);
    key = flows().newKey();
    entry = flows().newEntry();
  }

  @AfterEach
  void close() {
    if (program != null) {
      program.close();
    }
    arena.close();
  }

  @Test
  @DisplayName(
      "the kernel forwards, moves, recalls, notes, counts as its model, and copies up what stays")
  void doesWhatTheModelDoes() throws Exception {
    long seed = Long.getLong("midstream.seed", 1);
    FastPathModel model = new FastPathModel(ENTRIES);
    try (OneProcessor _ = OneProcessor.begin()) {
      for (int round = 0; round < ROUNDS; round++) {
        compare(new SplittableRandom(seed + round), model, "seed=" + (seed + round));
      }
    }
    FastPathCounts counts = program().counts();
    for (RecallReason reason : RecallReason.values()) {
      assertThat(counts.packets(reason)).as("%s", reason).isEqualTo(model.packets(reason));
      assertThat(counts.packets(reason)).as("%s", reason).isGreaterThan(ROUNDS / 10);
    }
    assertThat(counts.octets()).isEqualTo(model.octets());
    for (ForwardedKinds.Kind kind : ForwardedKinds.Kind.values()) {
      assertThat(forwarded.count(kind)).as("%s", kind).isGreaterThan(ROUNDS / 100);
    }
  }

  @Test
  @DisplayName("a frame that both programs take is counted; one that none takes comes in once more")
  void countsBetweenThePrograms() throws Exception {
    long seed = Long.getLong("midstream.seed", 1);
    FastPathModel model = new FastPathModel(ENTRIES);
    program().values().setLeg(LOOPBACK, INTERFACE, false, false);
    try (OneProcessor _ = OneProcessor.begin()) {
      for (int round = 0; round < ROUNDS / 4; round++) {
        interleave(new SplittableRandom(seed + round), model, "seed=" + (seed + round));
      }
    }
    assertThat(program().counts().doubledPackets())
        .isEqualTo(model.doubled())
        .isGreaterThan(ROUNDS / 100);
    assertThat(program().counts().returnedPackets())
        .isEqualTo(model.returned())
        .isGreaterThan(ROUNDS / 100);
  }

  private void interleave(RandomGenerator random, FastPathModel model, String seed) {
    FrameDraw draw = new FrameDraw(random);
    draw.near(random.nextInt());
    for (int i = 0; i < FRAMES; i++) {
      byte[] frame = draw.next();
      if (random.nextInt(8) > 0) {
        boolean isCopied = Objects.requireNonNull(sockets).verdict(frame) != 0;
        assertThat(isCopied).as(seed).isEqualTo(model.copies(packet(MemorySegment.ofArray(frame))));
      }
      if (random.nextBoolean()) {
        change(draw, random, model);
      }
      long before = model.returned();
      boolean isForwarded = process(model, frame) != null;
      boolean isReturned = model.returned() > before;
      byte[] actual = kernel().frame(frame);
      assertThat(actual != null).as(seed).isEqualTo(isForwarded || isReturned);
      if (isReturned) {
        assertThat(actual).as(seed).isEqualTo(KernelRun.withoutTag(frame));
      }
    }
  }

  private void change(FrameDraw draw, RandomGenerator random, FastPathModel model) {
    byte[] frame = draw.connection(random.nextInt(8));
    if (random.nextBoolean()) {
      put(draw, random, frame, model, random.nextBoolean());
    } else {
      boolean isThere = flows().take(keyOf(frame), entry());
      assertThat(model.take(keyOf(frame), entry())).isEqualTo(isThere);
    }
  }

  @Test
  @DisplayName("frames that are not for the kernel stay, or leave if the process is silent")
  void givesUp() throws FastPathException {
    byte[] frame = plain(true, false);
    assertThat(kernel().frame(frame)).isNull();
    program().values().setLeg(LOOPBACK, INTERFACE, false, false);
    beSilent(0);
    assertThat(kernel().frame(frame)).isNull();
    beSilent(HOUR_NANOS / 2);
    assertThat(kernel().frame(frame)).isEqualTo(frame);
    program().stamp(System.nanoTime(), HOUR_NANOS / 2);
    assertThat(kernel().frame(frame)).isNull();
  }

  @Test
  @DisplayName("the times of entries are those of the clock of their table")
  void keepsTheClockOfATable() {
    byte[] frame = plain(true, false);
    FastPathTable later = program().flows(linux, _ -> INTERFACE, MINUTE_NANOS);
    FlowEntry own = later.newEntry().begin(INTERFACE).nanos(5);
    assertThat(later.put(keyOf(frame), own)).isTrue();
    assertThat(own.nanos()).isEqualTo(5);
    assertThat(later.read(keyOf(frame), own)).isTrue();
    assertThat(own.nanos()).isEqualTo(5);
    assertThat(flows().take(keyOf(frame), entry())).isTrue();
    assertThat(entry().nanos()).isEqualTo(MINUTE_NANOS + 5);
  }

  @Test
  @DisplayName("a full table takes no more entries")
  void refusesMoreEntriesThanItHas() {
    entry().begin(INTERFACE);
    int added = 0;
    byte[] frame = plain(true, false);
    while (added <= 2 * ENTRIES && flows().put(keyOf(frame), entry())) {
      frame[FrameDraw.tcpAt(frame)]++;
      added++;
    }
    assertThat(added).isEqualTo(ENTRIES);
  }

  private static byte[] plain(boolean isFour, boolean opposite) {
    return new FrameDraw(new SplittableRandom(1)).plain(isFour, opposite, false);
  }

  private void beSilent(long limitNanos) throws FastPathException {
    program().stamp(System.nanoTime() - HOUR_NANOS, limitNanos);
  }

  private void compare(RandomGenerator random, FastPathModel model, String seed) {
    FrameDraw draw = new FrameDraw(random);
    draw.near(random.nextInt(4) == 0 ? -1_000 : random.nextInt());
    for (int i = 0; i < 8; i += 2) {
      boolean moves = random.nextBoolean();
      put(draw, random, draw.connection(i), model, moves);
      put(draw, random, draw.connection(i + 1), model, moves);
    }
    long putNanos = System.nanoTime() - MINUTE_NANOS / 2;
    for (int i = 0; i < FRAMES; i++) {
      compare(draw.next(), model, seed);
    }
    for (int i = 0; i < 8; i++) {
      check(draw.connection(i), model, putNanos, seed);
    }
  }

  private void compare(byte[] frame, FastPathModel model, String seed) {
    byte[] expected = process(model, frame);
    int copied = Objects.requireNonNull(sockets).verdict(frame);
    byte[] actual = kernel().frame(frame);
    assertThat(actual != null).as(seed).isEqualTo(expected != null);
    assertThat(copied).as(seed).isEqualTo(actual == null ? -1 : 0);
    if (actual != null && expected != null) {
      forwarded.note(frame, actual);
      byte[] plain = KernelRun.withoutTag(expected);
      int tcp = FrameDraw.tcpAt(plain);
      int sum = sum(KernelRun.withoutTag(frame), tcp);
      assertThat(sum(actual, tcp)).as("%s checksum", seed).isEqualTo(sum);
      assertThat(sum(plain, tcp)).as("%s checksum of the model", seed).isEqualTo(sum);
      assertThat(withoutChecksum(actual, tcp)).as(seed).isEqualTo(withoutChecksum(plain, tcp));
    }
  }

  private static byte @Nullable [] process(FastPathModel model, byte[] frame) {
    MemorySegment memory = MemorySegment.ofArray(frame.clone());
    RecallReason reason = model.process(packet(memory), System.nanoTime());
    return reason == RecallReason.NONE ? memory.toArray(JAVA_BYTE) : null;
  }

  private static Packet packet(MemorySegment memory) {
    return new Packet()
        .at(memory, 0, (int) memory.byteSize())
        .from(LinkType.ETHERNET, Leg.INSIDE, 0, 0);
  }

  private FastPathProgram program() {
    return Objects.requireNonNull(program);
  }

  private KernelRun kernel() {
    return Objects.requireNonNull(kernel);
  }

  private FastPathTable flows() {
    return Objects.requireNonNull(flows);
  }

  private FlowEntry entry() {
    return Objects.requireNonNull(entry);
  }

  private FlowKey keyOf(byte[] frame) {
    assertThat(view.read(packet(MemorySegment.ofArray(frame)))).isEqualTo(FrameKind.TCP);
    return Objects.requireNonNull(key).set(view);
  }

  private void put(
      FrameDraw draw, RandomGenerator random, byte[] frame, FastPathModel model, boolean moves) {
    int from = ByteBuffer.wrap(frame).getInt(FrameDraw.tcpAt(frame) + 4);
    int acknowledgedFrom = from - draw.distance(0, 1_000);
    entry().begin(random.nextInt(20) == 0 ? LOOPBACK : INTERFACE);
    if (random.nextInt(8) > 0) {
      entry().start(from, acknowledgedFrom);
    }
    if (random.nextInt(3) > 0) {
      entry().edge(from + draw.distance(0, 4_000));
    }
    if (moves) {
      entry().shift(random.nextInt(), random.nextBoolean() ? random.nextInt() : 0);
    }
    int timestamp = from - draw.distance(0, 1_000);
    entry().newest(from + draw.distance(0, 400), acknowledgedFrom, 0, timestamp, 0);
    long silentNanos = random.nextBoolean() ? MINUTE_NANOS : HOUR_NANOS;
    entry().nanos(random.nextInt(3) == 0 ? 0 : System.nanoTime() - silentNanos);
    assertThat(flows().put(keyOf(frame), entry())).isTrue();
    assertThat(model.put(keyOf(frame), entry())).isTrue();
  }

  private void check(byte[] frame, FastPathModel model, long putNanos, String seed) {
    FlowEntry expected = model.newEntry();
    assertThat(model.take(keyOf(frame), expected)).isTrue();
    FlowEntry actual = entry();
    assertThat(flows().take(keyOf(frame), actual)).as(seed).isTrue();
    assertThat(actual.nanos() > putNanos).as(seed).isEqualTo(expected.packets() > 0);
    actual.nanos(0);
    expected.nanos(0);
    assertThat(actual.reason()).as(seed).isEqualTo(expected.reason());
    assertThat(actual.memory().mismatch(expected.memory())).as(seed).isEqualTo(-1);
    assertThat(flows().read(keyOf(frame), actual)).as(seed).isFalse();
  }

  private static byte[] withoutChecksum(byte[] frame, int tcp) {
    byte[] octets = frame.clone();
    ByteBuffer.wrap(octets).putShort(tcp + 16, (short) 0);
    return octets;
  }

  /** The ones' complement sum of the octets from {@code tcp} on, 0 for 0xffff. */
  static int sum(byte[] frame, int tcp) {
    long sum = 0;
    for (int i = tcp; i < frame.length; i++) {
      sum += (long) (frame[i] & 0xff) << ((i - tcp) % 2 == 0 ? 8 : 0);
    }
    return (int) (sum % 0xffff);
  }
}
