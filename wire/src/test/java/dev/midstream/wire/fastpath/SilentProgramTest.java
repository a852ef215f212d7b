package dev.midstream.wire.fastpath;

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
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the program in the real kernel does while its process is silent, frame by frame. */
@Tag("live")
class SilentProgramTest {
  private static final int ENTRIES = 64;
  private static final int INTERFACE = 2;
  private static final int LOOPBACK = 1;
  private static final int SHIFT = 10;
  private static final int STAYS = 0;
  private static final int COPIED = -1;
  private static final int FIN = 1;
  private static final int SYN = 2;
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  private final Arena arena = Arena.ofConfined();
  private final Linux linux = new Linux(arena);
  private final FrameView view = new FrameView();
  private final Orphans orphans = new Orphans();
  private final FrameDraw draw = new FrameDraw(new Random(1));
  private @Nullable FastPathProgram program;
  private @Nullable KernelRun kernel;
  private @Nullable KernelRun sockets;
  private @Nullable FastPathTable flows;
  private @Nullable FastPathTable guards;

  @BeforeEach
  void load() throws FastPathException {
    try {
      program = FastPathProgram.load(linux, ENTRIES, null);
    } catch (FastPathException e) {
      abort("skipped: " + e.getMessage());
    }
    FastPathProgram loaded = program();
    sockets = new KernelRun(linux, loaded.slowFrames(null, BpfRequest.TRAFFIC_PROGRAM));
    kernel = new KernelRun(linux, loaded.descriptor());
    flows = loaded.flows(linux, _ -> INTERFACE, 0);
    guards = loaded.guards(linux, _ -> INTERFACE, 0);
    loaded.values().setLeg(LOOPBACK, INTERFACE, false, false);
    beSilent();
  }

  @AfterEach
  void close() {
    if (program != null) {
      program.close();
    }
    arena.close();
  }

  @Test
  @DisplayName("all that is unknown passes as it is, ARP too, and is counted")
  void passesTheUnknown() throws FastPathException {
    byte[] arp = plain();
    arp[13] = 6;
    for (byte[] frame : new byte[][] {plain(), withFlags(FIN), withFlags(SYN), arp}) {
      assertThat(kernel().frame(frame)).isEqualTo(frame);
    }
    assertThat(program().counts().silentPackets()).isEqualTo(4);
    live();
    assertThat(kernel().frame(plain())).isNull();
    assertThat(kernel().frame(arp)).isNull();
    assertThat(program().counts().silentPackets()).isEqualTo(4);
  }

  @Test
  @DisplayName("frames for the other end of a link only stay where they came, if that is wanted")
  void keepsLocalFrames() throws FastPathException {
    byte[] local = plain();
    System.arraycopy(new byte[] {1, (byte) 0x80, (byte) 0xc2, 0, 0, 14}, 0, local, 0, 6);
    local[13] = 6;
    byte[] other = local.clone();
    other[5] = 16;
    assertThat(kernel().frame(local)).isEqualTo(local);
    program().values().setLeg(LOOPBACK, INTERFACE, true, false);
    assertThat(kernel().frame(local)).isNull();
    assertThat(kernel().frame(other)).isEqualTo(other);
  }

  @Test
  @DisplayName("what an entry does not let pass goes on with its shift, unless the process lives")
  void goesOnWithTheShift() throws FastPathException {
    byte[] fin = withFlags(FIN);
    put(flows(), entry().begin(INTERFACE).start(numberOf(fin), 0).shift(SHIFT, 0), fin);
    live();
    assertThat(kernel().frame(fin)).isNull();
    beSilent();
    assertShifted(fin);
  }

  @Test
  @DisplayName("a far segment passes, and what it acknowledges is not believed")
  void believesNoFarSegment() {
    put(flows(), entry().begin(INTERFACE).start(numberOf(plain()), 0).shift(SHIFT, 0));
    byte[] far = draw.withOctets(1 << 25);
    ByteBuffer.wrap(far).putInt(FrameDraw.tcpAt(far) + 8, 5_000);
    assertShifted(far);
    assertThat(found(far).acknowledgement()).isZero();
    assertThat(found(far).packets()).isEqualTo(1);
  }

  @Test
  @DisplayName("a guard with a shift moves all segments, also octets from before")
  void guardsWithTheShift() throws FastPathException {
    put(guards(), entry().begin(INTERFACE).start(numberOf(plain()), 0).shift(SHIFT, 0).asShifted());
    assertShifted(plain());
    assertShifted(withFlags(FIN));
    assertShifted(draw.withOctets(-5));
    live();
    assertThat(kernel().frame(plain())).isNull();
    assertThat(kernel().isDropped()).isFalse();
  }

  @Test
  @DisplayName("nothing passes of a connection in the middle of an edit")
  void guardsHeldOnes() throws FastPathException {
    put(guards(), entry().begin(INTERFACE).asHeld());
    assertDropped(plain());
    assertDropped(withFlags(FIN));
    assertDropped(draw.withOctets(5));
    byte[] other = plain();
    other[FrameDraw.tcpAt(other)]++;
    assertThat(kernel().frame(other)).isEqualTo(other);
  }

  @Test
  @DisplayName("a guard counts before an entry that was taken back")
  void prefersTheGuard() throws FastPathException {
    byte[] fin = withFlags(FIN);
    put(flows(), entry().begin(INTERFACE).shift(SHIFT + 1, 0), fin);
    put(guards(), entry().begin(INTERFACE).shift(SHIFT, 0).asShifted(), fin);
    assertShifted(fin);
  }

  @Test
  @DisplayName("a SYN ends shift and guard, and passes as it is")
  void forgetsAtSyn() throws FastPathException {
    byte[] syn = withFlags(SYN);
    put(flows(), entry().begin(INTERFACE).shift(SHIFT, 0), syn);
    put(guards(), entry().begin(INTERFACE).asHeld(), syn);
    assertThat(kernel().frame(syn)).isEqualTo(syn);
    assertThat(flows().read(keyOf(syn), entry())).isFalse();
    assertThat(guards().read(keyOf(syn), entry())).isFalse();
  }

  @Test
  @DisplayName("nothing is copied to the sockets of a silent process")
  void copiesNothing() throws FastPathException {
    byte[] arp = plain();
    arp[13] = 6;
    assertThat(copies(plain())).isEqualTo(STAYS);
    assertThat(copies(arp)).isEqualTo(STAYS);
    live();
    assertThat(copies(plain())).isEqualTo(COPIED);
    assertThat(copies(arp)).isEqualTo(COPIED);
  }

  @Test
  @DisplayName("an adopted connection needs no process: all but a SYN is shifted and noted")
  void forwardsAdopted() throws FastPathException {
    byte[] fin = withFlags(FIN);
    put(flows(), entry().begin(INTERFACE).edge(numberOf(fin)).shift(SHIFT, 0).asAdopted(), fin);
    live();
    assertShifted(plain());
    assertShifted(draw.withOctets(9));
    assertThat(found(fin).isFinSeen()).isFalse();
    fin[3] = 7;
    assertShifted(fin);
    assertThat(found(fin).isFinSeen()).isTrue();
    assertThat(found(fin).isResetSeen()).isFalse();
    assertThat(found(fin).packets()).isEqualTo(3);
    assertThat(found(fin).link().asByteBuffer().get(3)).isEqualTo((byte) 7);
    assertThat(copies(fin)).isEqualTo(STAYS);
    byte[] syn = withFlags(SYN);
    assertThat(copies(syn)).isEqualTo(COPIED);
    assertThat(kernel().frame(syn)).isNull();
    assertThat(kernel().isDropped()).isFalse();
    assertThat(flows().read(keyOf(fin), entry())).isFalse();
  }

  @Test
  @DisplayName("first fragments and IPv4 options do not hide an adopted connection")
  void forwardsAdoptedOddOnes() throws FastPathException {
    put(flows(), entry().begin(INTERFACE).shift(SHIFT, 0).asAdopted());
    live();
    byte[] fragment = draw.withOctets(0);
    fragment[20] = 0x20;
    assertShifted(fragment);
    byte[] later = fragment.clone();
    later[21] = 1;
    assertThat(kernel().frame(later)).isNull();
    byte[] octets = draw.withOctets(0);
    byte[] withOptions = Arrays.copyOf(octets, octets.length + 4);
    System.arraycopy(octets, 34, withOptions, 38, octets.length - 34);
    Arrays.fill(withOptions, 34, 38, (byte) 1);
    withOptions[14] = 0x46;
    withOptions[17] = (byte) (withOptions[17] + 4);
    assertShifted(withOptions, 38);
  }

  @Test
  @DisplayName("nothing passes of a lost connection before the first sign of life, nor later")
  void dropsLostOnes() throws FastPathException {
    put(guards(), entry().begin(INTERFACE).asHeld());
    adopt(1);
    assertThat(orphans.lost()).isEqualTo(1);
    assertDropped(plain());
    live();
    assertThat(kernel().frame(plain())).isNull();
    assertThat(kernel().isDropped()).isFalse(); // user space answers
    beSilent();
    assertDropped(plain());
    adopt(2);
    assertThat(orphans.lost()).isEqualTo(1);
    assertDropped(plain());
  }

  @Test
  @DisplayName("one direction in the middle of an edit loses both")
  void losesBothDirections() {
    put(guards(), entry().begin(INTERFACE).shift(SHIFT, 0).asShifted());
    assertThat(guards().put(opposite(plain()), entry().begin(INTERFACE).asHeld())).isTrue();
    adopt(1);
    assertThat(orphans.lost()).isEqualTo(1);
    assertDropped(plain());
  }

  @Test
  @DisplayName("a lost connection is forgotten after the longest silence")
  void forgetsLostOnes() {
    byte[] frame = plain();
    put(guards(), entry().begin(INTERFACE).asHeld(), frame);
    adopt(1);
    sweep(HOUR_NANOS + 1);
    assertThat(orphans.lost()).isEqualTo(1);
    sweep(HOUR_NANOS + 2);
    assertThat(orphans.lost()).isZero();
    assertThat(guards().read(keyOf(frame), entry())).isFalse();
  }

  @Test
  @DisplayName("one that a SYN opened anew while the process was silent is lost no more")
  void losesOnlyTheGuarded() {
    put(guards(), entry().begin(INTERFACE).asHeld());
    adopt(1);
    assertThat(kernel().frame(withFlags(SYN))).isNotNull();
    adopt(2);
    assertThat(orphans.lost()).isZero();
  }

  @Test
  @DisplayName("a second adoption keeps what was noted of an adopted connection")
  void adoptsTwice() throws FastPathException {
    byte[] fin = withFlags(FIN);
    FlowEntry shifted = entry().begin(INTERFACE).shift(SHIFT, 0).asShifted();
    put(guards(), shifted, fin);
    assertThat(guards().put(opposite(fin), entry().begin(INTERFACE).shift(0, -SHIFT).asShifted()))
        .isTrue();
    adopt(1);
    live();
    assertShifted(fin);
    beSilent();
    adopt(2);
    assertThat(orphans.adopted()).isEqualTo(1);
    assertThat(found(fin).isFinSeen()).isTrue();
    assertShifted(fin);
    sweep(System.nanoTime() + HOUR_NANOS);
    assertThat(orphans.adopted()).isZero();
    assertThat(flows().read(keyOf(fin), entry())).isFalse();
    assertThat(guards().read(keyOf(fin), entry())).isFalse();
  }

  /** A node starts, or goes on, without a sign of life yet. */
  private void adopt(long nowNanos) {
    program().adoption(orphans, LegMoves.UNKNOWN).adopt(nowNanos);
  }

  private void sweep(long nowNanos) {
    assertThat(
            program()
                .adoption(orphans, LegMoves.UNKNOWN)
                .sweep(nowNanos, HOUR_NANOS, ENTRIES, this))
        .isFalse();
  }

  private FlowKey opposite(byte[] frame) {
    return flows().newKey().setOpposite(keyOf(frame));
  }

  private FlowEntry found(byte[] frame) {
    FlowEntry found = entry();
    assertThat(flows().read(keyOf(frame), found)).isTrue();
    return found;
  }

  private int copies(byte[] frame) {
    return Objects.requireNonNull(sockets).verdict(frame);
  }

  private void assertDropped(byte[] frame) {
    assertThat(kernel().frame(frame)).isNull();
    assertThat(kernel().isDropped()).isTrue();
  }

  private void assertShifted(byte[] frame) {
    assertShifted(frame, FrameDraw.tcpAt(frame));
  }

  private void assertShifted(byte[] frame, int tcp) {
    byte[] forwarded = Objects.requireNonNull(kernel().frame(frame));
    assertThat(ByteBuffer.wrap(forwarded).getInt(tcp + 4))
        .isEqualTo(ByteBuffer.wrap(frame).getInt(tcp + 4) + SHIFT);
    assertThat(FastPathProgramTest.sum(forwarded, tcp))
        .isEqualTo(FastPathProgramTest.sum(frame, tcp));
  }

  private byte[] plain() {
    return draw.plain(true, false, false);
  }

  private byte[] withFlags(int more) {
    byte[] frame = plain();
    frame[FrameDraw.tcpAt(frame) + 13] |= (byte) more;
    return frame;
  }

  private static int numberOf(byte[] frame) {
    return ByteBuffer.wrap(frame).getInt(FrameDraw.tcpAt(frame) + 4);
  }

  private void beSilent() throws FastPathException {
    program().stamp(System.nanoTime() - HOUR_NANOS, HOUR_NANOS / 2);
  }

  private void live() throws FastPathException {
    program().stamp(System.nanoTime(), HOUR_NANOS / 2);
  }

  private FlowEntry entry() {
    return flows().newEntry();
  }

  private void put(FastPathTable table, FlowEntry entry) {
    put(table, entry, plain());
  }

  private void put(FastPathTable table, FlowEntry entry, byte[] frame) {
    assertThat(table.put(keyOf(frame), entry)).isTrue();
  }

  private FlowKey keyOf(byte[] frame) {
    Packet packet =
        new Packet()
            .at(MemorySegment.ofArray(frame), 0, frame.length)
            .from(LinkType.ETHERNET, Leg.INSIDE, 0, 0);
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    return flows().newKey().set(view);
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

  private FastPathTable guards() {
    return Objects.requireNonNull(guards);
  }
}
