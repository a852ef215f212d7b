package dev.midstream.wire.fastpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the program in the real kernel does with a SYN of an edited connection that no engine has,
 * and with what answers it, frame by frame.
 */
@Tag("live")
class ReopenedProgramTest {
  private static final int ENTRIES = 64;
  private static final int INTERFACE = 2;
  private static final int LOOPBACK = 1;
  private static final int SHIFT = 10;
  private static final int COPIED = -1;
  private static final int SYN = TcpFlags.SYN;
  private static final int ACK = TcpFlags.ACK;
  private static final int RST = TcpFlags.RST;
  private static final int OLD = 1_000;
  private static final int NEW = Integer.MAX_VALUE; // numbers wrap (RFC 9293 section 3.4)
  private static final int OCTETS = 5;
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
    live();
  }

  @AfterEach
  void close() {
    if (program != null) {
      program.close();
    }
    arena.close();
  }

  @Test
  @DisplayName("a SYN that may be made up goes to the program, and the adopted connection goes on")
  void keepsTheConnectionAtASyn() {
    adopt();
    assertIsSlow(up(SYN, NEW, 0));
    assertIsSlow(down(SYN, NEW + 77, 0));
    assertMoved();
    assertThat(isKnown()).isTrue();
  }

  @Test
  @DisplayName("a RST after which its end goes on has not ended what was adopted")
  void goesOnAfterAReset() {
    adopt();
    FlowEntry seen = entry();
    assertMoved(up(RST, OLD + (1 << 30), 0), true);
    assertThat(flows().read(keyOf(up(ACK, 0, 0)), seen)).isTrue();
    assertThat(seen.isResetSeen()).isTrue();
    assertMoved();
    assertThat(flows().read(keyOf(up(ACK, 0, 0)), seen)).isTrue();
    assertThat(seen.isResetSeen()).isFalse();
  }

  @Test
  @DisplayName("the answer to a SYN ends what was adopted, and nothing moves the new connection")
  void forgetsAtTheAnswer() {
    adopt();
    assertIsSlow(up(SYN, NEW, 0));
    assertIsSlow(down(SYN | ACK, OLD, NEW + 1));
    assertThat(isKnown()).isFalse();
    assertIsSlow(up(ACK, NEW + 1, OLD + 1));
    assertIsSlow(down(ACK, OLD + 1, NEW + 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 2, SHIFT + 1})
  @DisplayName("what acknowledges another number than that of the SYN is no answer to it")
  void isNoAnswer(int acknowledged) {
    adopt();
    assertIsSlow(up(SYN, NEW, 0));
    assertIsSlow(down(SYN | ACK, OLD, NEW + acknowledged));
    assertMoved(down(RST | ACK, OLD, NEW + acknowledged), false);
    assertMoved();
    assertThat(isKnown()).isTrue();
  }

  @Test
  @DisplayName("without a SYN nothing answers one, whatever it acknowledges")
  void needsASyn() {
    adopt();
    assertIsSlow(down(SYN | ACK, OLD, 0));
    assertIsSlow(down(SYN | ACK, OLD, OLD));
    assertMoved(down(RST | ACK, OLD, 0), false);
    assertMoved();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1 + OCTETS})
  @DisplayName("an answer may acknowledge octets of the SYN, too")
  void acknowledgesOctets(int acknowledged) {
    adopt();
    assertIsSlow(with(draw.withOctets(0, OCTETS), SYN, NEW, 0));
    assertIsSlow(down(SYN | ACK, OLD, NEW + acknowledged));
    assertThat(isKnown()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {NEW, 9})
  @DisplayName("of many SYNs the first and the newest are answered: others may be made up")
  void answersTheFirstOrTheNewest(int answered) {
    adopt();
    assertIsSlow(up(SYN, NEW, 0));
    assertIsSlow(up(SYN, 5, 0));
    assertIsSlow(up(SYN, 9, 0));
    assertIsSlow(down(SYN | ACK, OLD, 6));
    assertThat(isKnown()).isTrue();
    assertIsSlow(down(SYN | ACK, OLD, answered + 1));
    assertThat(isKnown()).isFalse();
  }

  @Test
  @DisplayName("after a second another SYN is the first")
  void answersTheFirstOfASecond() {
    adopt();
    assertIsSlow(up(SYN, 5, 0));
    LockSupport.parkNanos(1_100_000_000); // the kernel's program has the kernel's clock
    assertIsSlow(up(SYN, NEW, 0));
    assertIsSlow(up(SYN, 9, 0));
    assertIsSlow(down(SYN | ACK, OLD, 6));
    assertThat(isKnown()).isTrue();
    assertIsSlow(down(SYN | ACK, OLD, NEW + 1));
    assertThat(isKnown()).isFalse();
  }

  @Test
  @DisplayName("an end may refuse the new connection: the one before is over then, too")
  void forgetsAtARefusal() {
    adopt();
    assertMoved(down(RST | ACK, OLD, NEW + 1), false);
    assertIsSlow(up(SYN, NEW, 0));
    assertMoved(up(RST, OLD, 0), true);
    assertThat(isKnown()).isTrue();
    assertIsSlow(down(RST | ACK, 0, NEW + 1));
    assertThat(isKnown()).isFalse();
  }

  @Test
  @DisplayName("both ends may open the connection at the same time")
  void forgetsAtSimultaneousOpening() {
    adopt();
    assertIsSlow(up(SYN, NEW, 0));
    assertIsSlow(down(SYN, 7, 0));
    assertThat(isKnown()).isTrue();
    assertIsSlow(up(SYN | ACK, NEW, 8));
    assertThat(isKnown()).isFalse();
    assertIsSlow(down(SYN | ACK, 7, NEW + 1));
  }

  @Test
  @DisplayName("a SYN with other control bits opens nothing, and is not remembered")
  void ignoresOddSyns() {
    adopt();
    assertIsSlow(up(SYN | RST, NEW, 0));
    assertIsSlow(up(SYN | TcpFlags.FIN, NEW, 0));
    assertIsSlow(down(SYN | ACK, OLD, NEW + 1));
    assertThat(isKnown()).isTrue();
  }

  @Test
  @DisplayName("half of a connection is forgotten at a SYN")
  void forgetsHalfAtOnce() {
    assertThat(flows().put(keyOf(up(ACK, 0, 0)), forward().asAdopted())).isTrue();
    assertIsSlow(up(SYN, NEW, 0));
    assertIsSlow(up(ACK, OLD, OLD));
  }

  @Test
  @DisplayName("while the program is silent, a SYN passes, and so does the shifted connection")
  void keepsTheGuardAtASyn() throws FastPathException {
    guard();
    beSilent();
    assertPasses(up(SYN, NEW, 0));
    assertMoved();
    assertPasses(down(SYN | ACK, OLD, NEW));
    assertMoved();
    assertPasses(down(SYN | ACK, OLD, NEW + 1));
    assertPasses(up(ACK, NEW + 1, OLD + 1));
    assertThat(guards().read(keyOf(up(ACK, 0, 0)), entry())).isFalse();
    assertThat(guards().read(keyOf(down(ACK, 0, 0)), entry())).isFalse();
  }

  @Test
  @DisplayName("while the program is silent, a SYN from the other side is not remembered")
  void ignoresTheWrongSide() throws FastPathException {
    guard();
    FlowEntry wrong = entry().begin(LOOPBACK).shift(SHIFT, 0).asShifted();
    assertThat(guards().put(keyOf(up(ACK, 0, 0)), wrong)).isTrue();
    beSilent();
    assertPasses(up(SYN, NEW, 0));
    assertPasses(down(SYN | ACK, OLD, NEW + 1));
    assertMoved(down(ACK, OLD, OLD), false);
  }

  @Test
  @DisplayName("a SYN that passed in silence has recalled its connection by its control bits")
  void tellsTheReason() throws FastPathException {
    assertThat(flows().put(keyOf(up(ACK, 0, 0)), forward())).isTrue();
    assertThat(flows().put(keyOf(down(ACK, 0, 0)), backward())).isTrue();
    beSilent();
    assertPasses(up(SYN, NEW, 0));
    live();
    FlowEntry recalled = entry();
    assertThat(flows().read(keyOf(up(ACK, 0, 0)), recalled)).isTrue();
    assertThat(recalled.isFast()).isFalse();
    assertThat(recalled.reason()).isEqualTo(RecallReason.CONTROL_BITS);
  }

  @Test
  @DisplayName("a SYN that passed before an adoption is remembered after it")
  void remembersTheSyn() throws FastPathException {
    guard();
    beSilent();
    assertPasses(up(SYN, NEW, 0));
    program().adoption(orphans, LegMoves.UNKNOWN).adopt(1);
    live();
    assertMoved();
    assertIsSlow(down(SYN | ACK, OLD, NEW + 1));
    assertThat(isKnown()).isFalse();
  }

  private void adopt() {
    assertThat(flows().put(keyOf(up(ACK, 0, 0)), forward().asAdopted())).isTrue();
    assertThat(flows().put(keyOf(down(ACK, 0, 0)), backward().asAdopted())).isTrue();
  }

  private void guard() {
    assertThat(guards().put(keyOf(up(ACK, 0, 0)), forward().asShifted())).isTrue();
    assertThat(guards().put(keyOf(down(ACK, 0, 0)), backward().asShifted())).isTrue();
  }

  private FlowEntry forward() {
    return entry().begin(INTERFACE).start(OLD, OLD).edge(OLD).shift(SHIFT, 0);
  }

  private FlowEntry backward() {
    return entry().begin(INTERFACE).start(OLD, OLD).edge(OLD).shift(0, -SHIFT);
  }

  private boolean isKnown() {
    boolean isUp = flows().read(keyOf(up(ACK, 0, 0)), entry());
    assertThat(flows().read(keyOf(down(ACK, 0, 0)), entry())).isEqualTo(isUp);
    return isUp;
  }

  /** It stays for the program, as it is. */
  private void assertIsSlow(byte[] frame) {
    assertThat(Objects.requireNonNull(sockets).verdict(frame)).isEqualTo(COPIED);
    assertThat(kernel().frame(frame)).isNull();
    assertThat(kernel().isDropped()).isFalse();
  }

  private void assertPasses(byte[] frame) {
    assertThat(kernel().frame(frame)).isEqualTo(frame);
  }

  /** Both directions go on. */
  private void assertMoved() {
    assertMoved(up(ACK, OLD, OLD), true);
    assertMoved(down(ACK, OLD, OLD), false);
  }

  private void assertMoved(byte[] frame, boolean isUp) {
    int tcp = FrameDraw.tcpAt(frame);
    byte[] forwarded = Objects.requireNonNull(kernel().frame(frame));
    assertThat(ByteBuffer.wrap(forwarded).getInt(tcp + 4))
        .isEqualTo(ByteBuffer.wrap(frame).getInt(tcp + 4) + (isUp ? SHIFT : 0));
    assertThat(ByteBuffer.wrap(forwarded).getInt(tcp + 8))
        .isEqualTo(ByteBuffer.wrap(frame).getInt(tcp + 8) - (isUp ? 0 : SHIFT));
  }

  private byte[] up(int flags, int sequence, int acknowledgement) {
    return with(draw.plain(true, false, false), flags, sequence, acknowledgement);
  }

  private byte[] down(int flags, int sequence, int acknowledgement) {
    return with(draw.plain(true, true, false), flags, sequence, acknowledgement);
  }

  private static byte[] with(byte[] frame, int flags, int sequence, int acknowledgement) {
    int tcp = FrameDraw.tcpAt(frame);
    ByteBuffer.wrap(frame)
        .putInt(tcp + 4, sequence)
        .putInt(tcp + 8, acknowledgement)
        .put(tcp + 13, (byte) flags);
    return frame;
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
