package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.WorldText;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Law 9 is asked of an engine that keeps back what it need not, or is not told of commits. */
class WaitChecksTest {
  private static final int SYN_ACK = TcpFlags.SYN | TcpFlags.ACK;
  private static final int FIN_ACK = TcpFlags.FIN | TcpFlags.ACK;

  /** Longer than octets are held before they go into custody. */
  private static final long HELD_NANOS = 1_000_000_000L;

  private MemoryLog log = new MemoryLog(CommitMode.STRICT);
  private Engine engine = begin(SimpleAgents.passing(), log);
  private CommitChecks checks = new CommitChecks(() -> engine, log);
  private long nanos;

  /** Whether the engine is told of no commit. */
  private boolean deaf;

  /** Lets an engine wait for more than the mode of the log asks for, and while it is deaf. */
  private final class Stricter implements CommitLog {
    private final MemoryLog log;
    private final CommitMode mode;

    Stricter(MemoryLog log, CommitMode mode) {
      this.log = log;
      this.mode = mode;
    }

    @Override
    public CommitMode mode() {
      return mode;
    }

    @Override
    public long append(StateWriter record) {
      return log.append(record);
    }

    @Override
    public long committed() {
      return deaf ? 0 : log.committed();
    }
  }

  private static Engine begin(Agent<?> agent, CommitLog writer) {
    return WorldText.read("seed=7")
        .engine()
        .engine(agent, new UnpooledByteBufAllocator(true, true), writer);
  }

  private void begin(CommitMode mode, Agent<?> agent, boolean isStricter) {
    log = new MemoryLog(mode);
    engine = begin(agent, new Stricter(log, isStricter ? CommitMode.STRICT : mode));
    checks = new CommitChecks(() -> engine, log);
  }

  /** A segment comes; records of all that changed by it are written, but not committed. */
  private void arrive(Direction from, int flags, long sequence, long acknowledgement, String text) {
    Packet packet = CommitChecksTest.packet(from, flags, sequence, acknowledgement, text);
    PacketOutput out = checks.before(packet, sent -> {});
    Disposition disposition = engine.onPacket(packet, nanos, out);
    checks.noteLeft(disposition, packet);
    await(CommitLog.INTERVAL_NANOS); // a record is written at its end
  }

  /** The timers run for {@code waitNanos}. */
  private void await(long waitNanos) {
    long end = nanos + waitNanos;
    while (engine.nextDeadlineNanos() <= end) {
      nanos = Math.max(nanos, engine.nextDeadlineNanos());
      engine.onTimer(nanos, checks.before(sent -> {}));
    }
    nanos = end;
    checks.noteAppended(nanos);
  }

  private void fromClient(int flags, long sequence, String text) {
    arrive(Direction.CLIENT_TO_SERVER, flags, sequence, 1, text);
  }

  private void commit() {
    log.commitTo(log.appended());
    checks.commit();
  }

  private void tellCommit() {
    engine.onCommitted(nanos, checks.before(packet -> {}));
  }

  private void open() {
    arrive(Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 0, 0, "");
    commit();
    tellCommit();
    arrive(Direction.SERVER_TO_CLIENT, SYN_ACK, 0, 1, "");
    commit();
    tellCommit();
    checks.check(nanos);
    fromClient(TcpFlags.ACK, 1, "");
    commit();
    tellCommit();
    checks.check(nanos);
  }

  /** Nothing is wrong before the commit, and after the engine is told of it. */
  private void assertSeen(String text) {
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
    commit();
    assertBroken(text);
    tellCommit();
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
  }

  private void assertBroken(String text) {
    assertThatThrownBy(() -> checks.check(nanos))
        .isInstanceOf(LawBroken.class)
        .hasMessageContaining(text);
  }

  @Test
  @DisplayName("in strict, octets that wait after their record")
  void seesLateOctets() {
    begin(CommitMode.STRICT, SimpleAgents.passing(), false);
    open();
    fromClient(TcpFlags.ACK, 1, "late");
    assertSeen("waits though it is committed: rel=0");
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"INTERVAL", "ON_CHANGE", "BEFORE_ACK", "STRICT"})
  @DisplayName("in each mode, a FIN that waits after its record")
  void seesLateFins(CommitMode mode) {
    begin(mode, SimpleAgents.passing(), false);
    open();
    fromClient(FIN_ACK, 1, "");
    assertSeen("a FIN waits that is committed");
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"INTERVAL", "ON_CHANGE", "BEFORE_ACK", "STRICT"})
  @DisplayName("in each mode, held octets that wait for custody after their record")
  void seesLateCustody(CommitMode mode) {
    begin(mode, LineAgents.passing(), false);
    open();
    fromClient(TcpFlags.ACK, 1, "no end");
    await(HELD_NANOS);
    assertSeen("custody waits though it is committed");
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"INTERVAL", "ON_CHANGE", "BEFORE_ACK", "STRICT"})
  @DisplayName("in each mode that keeps it back, a SYN-ACK that waits after its record")
  void seesLateSynAcks(CommitMode mode) {
    begin(mode, SimpleAgents.passing(), false);
    arrive(Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 0, 0, "");
    arrive(Direction.SERVER_TO_CLIENT, SYN_ACK, 0, 1, "");
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
    deaf = true;
    commit();
    arrive(Direction.SERVER_TO_CLIENT, SYN_ACK, 0, 1, "");
    if (mode.delaysOpening()) {
      assertBroken("a SYN-ACK waits though its record is committed");
    }
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
    deaf = false;
    arrive(Direction.SERVER_TO_CLIENT, SYN_ACK, 0, 1, "");
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"INTERVAL", "ON_CHANGE", "BEFORE_ACK"})
  @DisplayName("octets that wait for a record although the mode does not ask for that")
  void seesOctetsThatNeedNotWait(CommitMode mode) {
    begin(mode, SimpleAgents.passing(), true);
    open();
    fromClient(TcpFlags.ACK, 1, "early");
    assertBroken("waits though it need not: rel=0");
  }
}
