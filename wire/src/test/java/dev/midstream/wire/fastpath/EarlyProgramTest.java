package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.fastpath.EarlyPass.Block;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What both programs in the real kernel forward without an entry, against the model. */
@Tag("live")
class EarlyProgramTest {
  private static final int ENTRIES = 64;
  private static final int ROUNDS = Integer.getInteger("midstream.rounds", 2_000) / 10;
  private static final int FRAMES = 50;
  private static final int INTERFACE = 2;
  private static final int LOOPBACK = 1;
  private static final int TYPE_AT = 12;
  private static final int[] PROTOCOLS = {1, 4, 6, 17, 17, 44, 47, 50, 58, 132};

  private final Arena arena = Arena.ofConfined();
  private final Linux linux = new Linux(arena);
  private @Nullable FastPathProgram program;

  @BeforeEach
  void load() {
    renew();
  }

  @AfterEach
  void close() {
    if (program != null) {
      program.close();
    }
    arena.close();
  }

  private FastPathProgram renew() {
    if (program != null) {
      program.close();
    }
    try {
      program = FastPathProgram.load(linux, ENTRIES, null);
      return program;
    } catch (FastPathException e) {
      return abort("skipped: " + e.getMessage());
    }
  }

  @Test
  @DisplayName("the kernel forwards early what its model does, and copies none of it")
  void forwardsEarly() throws Exception {
    long seed = Long.getLong("midstream.seed", 1);
    long early = 0;
    int withoutTcp = 0;
    for (int table = 0; table < 10; table++) {
      FastPathProgram loaded = renew();
      RandomGenerator random = new SplittableRandom(seed + table);
      EarlyPass pass = draw(random);
      FastPathModel model = new FastPathModel(ENTRIES);
      loaded.values().setNamed(pass);
      loaded.values().setWay(LOOPBACK, INTERFACE, pass.hasTcp());
      model.passEarly(pass);
      try (OneProcessor _ = OneProcessor.begin()) {
        compare(loaded, model, random, "seed=" + (seed + table));
      }
      assertThat(loaded.counts().earlyPackets()).isEqualTo(model.earlyPackets());
      early += model.earlyPackets();
      withoutTcp += pass.hasTcp() ? 0 : 1;
    }
    assertThat(withoutTcp).isBetween(1, 9);
    assertThat(early).isGreaterThan(10L * ROUNDS).isLessThan(10L * ROUNDS * FRAMES * 3 / 4);
  }

  private void compare(
      FastPathProgram loaded, FastPathModel model, RandomGenerator random, String seed)
      throws FastPathException {
    KernelRun kernel = new KernelRun(linux, loaded.descriptor());
    KernelRun sockets = new KernelRun(linux, loaded.slowFrames(null, BpfRequest.TRAFFIC_PROGRAM));
    FastPathTable flows = loaded.flows(linux, _ -> INTERFACE, 0);
    FrameDraw draw = new FrameDraw(random);
    for (int round = 0; round < ROUNDS; round++) {
      FlowKey key = key(flows, draw.connection(random.nextInt(8)));
      boolean isTaken = flows.take(key, flows.newEntry());
      assertThat(model.take(key, model.newEntry())).isEqualTo(isTaken);
      if (random.nextBoolean()) {
        assertThat(flows.put(key, flows.newEntry().begin(INTERFACE))).isTrue();
        assertThat(model.put(key, flows.newEntry().begin(INTERFACE))).isTrue();
      }
      for (int i = 0; i < FRAMES; i++) {
        byte[] frame = frame(draw, random);
        boolean isForwarded = process(model, frame);
        assertThat(sockets.verdict(frame) == 0).as(seed).isEqualTo(isForwarded);
        byte[] actual = kernel.frame(frame);
        assertThat(actual != null).as(seed).isEqualTo(isForwarded);
        if (actual != null) {
          assertThat(actual).as(seed).isEqualTo(KernelRun.withoutTag(frame));
        }
      }
    }
  }

  /** Whatever the connections of {@link FrameDraw} have: 10.0.0.1, port 4000 and so on. */
  private static EarlyPass draw(RandomGenerator random) {
    if (random.nextInt(4) == 0) {
      return EarlyPass.withoutTcp();
    }
    BitSet ports = new BitSet();
    for (int i = random.nextInt(3); i > 0; i--) {
      int from = random.nextInt(65_536);
      ports.set(from, Math.min(65_536, from + random.nextInt(9_000)));
    }
    List<Block> blocks = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      blocks.add(
          random.nextBoolean()
              ? Block.of(4, 0, 0x0a000000L | random.nextInt(4), random.nextInt(24, 33))
              : Block.of(6, random.nextLong(), random.nextLong(), random.nextInt(4)));
    }
    return EarlyPass.butFor(ports, blocks);
  }

  /** Some frames are for this machine, with the address 0, or for a group. */
  private static byte[] frame(FrameDraw draw, RandomGenerator random) {
    byte[] frame = draw.next();
    frame[0] = (byte) (random.nextInt(8) == 0 ? random.nextInt(2) : 2);
    int ip = KernelRun.isTagged(frame) ? TYPE_AT + 6 : TYPE_AT + 2;
    boolean isFour = frame[ip - 2] == 8;
    if (random.nextInt(3) == 0) {
      frame[ip + (isFour ? 9 : 6)] = (byte) PROTOCOLS[random.nextInt(PROTOCOLS.length)];
    }
    if (random.nextInt(3) == 0 && frame.length > ip + 44) {
      int port = ip + (isFour ? 20 : 40) + 2 * random.nextInt(2);
      frame[port] = (byte) random.nextInt();
      frame[port + 1] = (byte) random.nextInt();
    }
    return frame;
  }

  @Test
  @DisplayName("a lost connection does not pass early, whatever the rules are now")
  void keepsLostOnes() throws FastPathException {
    FastPathProgram loaded = Objects.requireNonNull(program);
    loaded.values().setNamed(EarlyPass.butFor(new BitSet(), List.of()));
    loaded.values().setWay(LOOPBACK, INTERFACE, true);
    KernelRun kernel = new KernelRun(linux, loaded.descriptor());
    KernelRun sockets = new KernelRun(linux, loaded.slowFrames(null, BpfRequest.TRAFFIC_PROGRAM));
    byte[] frame = new FrameDraw(new SplittableRandom(1)).plain(true, false, false);
    frame[0] = 2;
    assertThat(kernel.frame(frame)).isEqualTo(frame);
    FastPathTable guards = loaded.guards(linux, _ -> INTERFACE, 0);
    assertThat(guards.put(key(guards, frame), guards.newEntry().begin(INTERFACE).asHeld()))
        .isTrue();
    assertThat(kernel.frame(frame)).isNull();
    assertThat(sockets.verdict(frame)).isEqualTo(-1);
    loaded.values().removeWay(LOOPBACK);
    byte[] datagram = frame.clone();
    datagram[23] = 17;
    assertThat(kernel.frame(datagram)).isNull();
  }

  private static boolean process(FastPathModel model, byte[] frame) {
    MemorySegment memory = MemorySegment.ofArray(frame.clone());
    boolean isForwarded = model.process(packet(memory), 1) == RecallReason.NONE;
    assertThat(memory.toArray(JAVA_BYTE)).isEqualTo(frame);
    return isForwarded;
  }

  private static Packet packet(MemorySegment memory) {
    return new Packet()
        .at(memory, 0, (int) memory.byteSize())
        .from(LinkType.ETHERNET, Leg.INSIDE, 0, 0);
  }

  private static FlowKey key(FastPathTable table, byte[] frame) {
    FrameView view = new FrameView();
    assertThat(view.read(packet(MemorySegment.ofArray(frame)))).isEqualTo(FrameKind.TCP);
    return table.newKey().set(view);
  }
}
