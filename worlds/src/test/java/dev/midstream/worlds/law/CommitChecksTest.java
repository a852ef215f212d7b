package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.WorldText;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Law 9 is asked of an engine that takes its records to be committed before they are. */
class CommitChecksTest {
  private static final int SYN_ACK = TcpFlags.SYN | TcpFlags.ACK;

  /** A number beyond all of a connection. */
  private static final int FAR = 1_000_000;

  private MemoryLog log = new MemoryLog(CommitMode.STRICT);
  private Engine engine = engine(CommitMode.STRICT, SimpleAgents.passing(), true);
  private CommitChecks checks = new CommitChecks(() -> engine, log);
  private boolean isWatched;
  private long nanos;

  private Engine engine(CommitMode mode, Agent<?> agent, boolean lies) {
    log = new MemoryLog(mode);
    engine =
        WorldText.read("seed=7")
            .engine()
            .engine(agent, new UnpooledByteBufAllocator(true, true), lies ? new Liar(log) : log);
    checks = new CommitChecks(() -> engine, log);
    return engine;
  }

  /** Says that each record is committed as soon as it is appended. */
  private record Liar(MemoryLog log) implements CommitLog {
    @Override
    public CommitMode mode() {
      return log.mode();
    }

    @Override
    public long append(StateWriter record) {
      return log.append(record);
    }

    @Override
    public long committed() {
      return log.appended();
    }
  }

  private void arrive(Direction from, int flags, long sequence, long acknowledgement, String text) {
    Packet packet = packet(from, flags, sequence, acknowledgement, text);
    PacketOutput out = isWatched ? checks.before(sent -> {}) : sent -> {};
    Disposition disposition = engine.onPacket(packet, nanos, out);
    if (isWatched) {
      checks.noteLeft(disposition, packet);
    }
    engine.onCommitted(nanos, out);
    nanos += CommitLog.INTERVAL_NANOS; // a record is written at its end
    engine.onTimer(nanos, out);
    engine.onCommitted(nanos, out);
  }

  /** A segment that comes from an end. */
  static Packet packet(
      Direction from, int flags, long sequence, long acknowledgement, String text) {
    FrameBuilder frame =
        new FrameBuilder(Ends.IPV4, from).flags(flags).numbers(sequence, acknowledgement);
    byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
    Leg leg = from == Direction.CLIENT_TO_SERVER ? Leg.INSIDE : Leg.OUTSIDE;
    return Frames.packet(frame.payload(Octets.of(octets)).build(), leg, 0);
  }

  /** A segment leaves of which the engine's own account says nothing. */
  private void leave(Direction from, int flags, long sequence, long acknowledgement, String text) {
    checks.noteLeft(Disposition.FORWARD, packet(from, flags, sequence, acknowledgement, text));
  }

  private void fromClient(int flags, long sequence, String text) {
    arrive(Direction.CLIENT_TO_SERVER, flags, sequence, 1, text);
  }

  private void fromServer(long acknowledgement) {
    arrive(Direction.SERVER_TO_CLIENT, TcpFlags.ACK, 1, acknowledgement, "");
  }

  /** The ends open the connection, and all of it is committed. What leaves later is watched. */
  private void open() {
    arrive(Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 0, 0, "");
    log.commitTo(log.appended());
    arrive(Direction.SERVER_TO_CLIENT, SYN_ACK, 0, 1, "");
    log.commitTo(log.appended());
    engine.onCommitted(nanos, packet -> {});
    fromClient(TcpFlags.ACK, 1, "");
    checks.noteAppended(nanos);
    log.commitTo(log.appended());
    checks.commit();
    checks.check(nanos);
    isWatched = true;
  }

  /** The ends send their SYNs, which are watched. */
  private void openWatched() {
    isWatched = true;
    arrive(Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 0, 0, "");
    checks.check(nanos);
    arrive(Direction.SERVER_TO_CLIENT, SYN_ACK, 0, 1, "");
    checks.check(nanos);
  }

  private void assertBroken(String text) {
    assertThatThrownBy(() -> checks.check(nanos))
        .isInstanceOf(LawBroken.class)
        .hasMessageContaining(text);
  }

  private static LambdaAgent greeting() {
    return LambdaAgent.onClient((view, out) -> {
      out.replace(0, Octets.of("hello ".getBytes(StandardCharsets.US_ASCII)));
      out.pass(view.length());
    });
  }

  @Test
  @DisplayName("HDP-17 law 9: in strict, decided octets that leave before they are committed")
  void seesEarlyOctets() {
    engine(CommitMode.STRICT, SimpleAgents.passing(), true);
    open();
    fromClient(TcpFlags.ACK, 1, "early");
    assertBroken("leaves before it is committed");
  }

  @Test
  @DisplayName("HDP-17 law 9: in before-ack, an acknowledgement before its octets are committed")
  void seesEarlyAcknowledgements() {
    engine(CommitMode.BEFORE_ACK, SimpleAgents.passing().exactly(), true);
    open();
    fromClient(TcpFlags.ACK, 1, "early");
    fromServer(6);
    assertBroken("is shown before it is committed");
  }

  @Test
  @DisplayName("HDP-17 law 9: in before-ack, octets of an agent that may decide otherwise")
  void seesEarlyOctetsOfInexactAgents() {
    engine(
        CommitMode.BEFORE_ACK, LambdaAgent.by((from, view, out) -> out.pass(view.length())), true);
    open();
    fromClient(TcpFlags.ACK, 1, "early");
    assertBroken("leaves before it is committed");
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"INTERVAL", "ON_CHANGE", "BEFORE_ACK", "STRICT"})
  @DisplayName("HDP-17 law 9: in each mode, insertions that leave before they are committed")
  void seesEarlyInsertions(CommitMode mode) {
    engine(mode, greeting(), true);
    open();
    fromClient(TcpFlags.ACK, 1, "world");
    assertBroken("leaves before it is committed");
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"INTERVAL", "ON_CHANGE", "BEFORE_ACK", "STRICT"})
  @DisplayName("HDP-17 law 9: in each mode, deleted octets that are acknowledged too early")
  void seesEarlyAcknowledgementsOfDeletions(CommitMode mode) {
    engine(mode, SimpleAgents.replacing("gone", ""), true);
    open();
    fromClient(TcpFlags.ACK, 1, "gone");
    assertBroken("is shown before it is committed");
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"INTERVAL", "ON_CHANGE", "BEFORE_ACK", "STRICT"})
  @DisplayName("HDP-17 law 9: in each mode, a FIN that leaves before it is committed")
  void seesEarlyFins(CommitMode mode) {
    engine(mode, SimpleAgents.passing(), true);
    open();
    fromClient(TcpFlags.FIN | TcpFlags.ACK, 1, "");
    assertBroken("leaves before it is committed");
  }

  @Test
  @DisplayName("HDP-17 law 9: in before-ack, an acknowledgement that waits after its record")
  void seesLateAcknowledgements() {
    engine(CommitMode.BEFORE_ACK, SimpleAgents.passing().exactly(), false);
    open();
    fromClient(TcpFlags.ACK, 1, "late");
    checks.noteAppended(nanos);
    fromServer(5);
    fromClient(TcpFlags.ACK, 5, "in flight");
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
    log.commitTo(log.appended() - 1);
    checks.commit();
    assertBroken("is not acknowledged");
    engine.onCommitted(nanos, packet -> {});
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"INTERVAL", "ON_CHANGE", "BEFORE_ACK", "STRICT"})
  @DisplayName("HDP-17 law 9: an engine that waits for its records breaks nothing")
  void acceptsAnEngineThatWaits(CommitMode mode) {
    engine(mode, greeting(), false);
    open();
    fromClient(TcpFlags.ACK, 1, "world");
    fromServer(1);
    fromClient(TcpFlags.FIN | TcpFlags.ACK, 6, "");
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
  }

  @Test
  @DisplayName("in strict, octets on the wire that the engine does not count as released")
  void seesEarlyOctetsOnTheWire() {
    engine(CommitMode.STRICT, SimpleAgents.passing(), false);
    open();
    fromClient(TcpFlags.ACK, 1, "early");
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
    leave(Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, 1, "early");
    assertBroken("leaves before it is committed: end=5");
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"BEFORE_ACK", "STRICT"})
  @DisplayName("an acknowledgement on the wire that the engine does not count as advertised")
  void seesEarlyAcknowledgementsOnTheWire(CommitMode mode) {
    engine(mode, SimpleAgents.passing().exactly(), false);
    open();
    fromClient(TcpFlags.ACK, 1, "early");
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
    leave(Direction.SERVER_TO_CLIENT, TcpFlags.ACK, 1, 6, "");
    assertBroken("is shown before it is committed: end=5");
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"INTERVAL", "ON_CHANGE", "BEFORE_ACK", "STRICT"})
  @DisplayName("in each mode, a FIN on the wire that the engine does not count as released")
  void seesEarlyFinsOnTheWire(CommitMode mode) {
    engine(mode, SimpleAgents.passing(), false);
    open();
    fromClient(TcpFlags.FIN | TcpFlags.ACK, 1, "");
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
    leave(Direction.CLIENT_TO_SERVER, TcpFlags.FIN | TcpFlags.ACK, 1, 1, "");
    assertBroken("leaves before it is committed");
  }

  @Test
  @DisplayName("octets that leave in the call in which their connection is reset")
  void seesEarlyOctetsOfALastCall() {
    engine(CommitMode.STRICT, SimpleAgents.passing(), false);
    open();
    fromClient(TcpFlags.ACK, 1, "early");
    checks.check(nanos);
    fromClient(TcpFlags.RST, 6, "");
    leave(Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, 1, "early");
    assertBroken("leaves last before it is committed");
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"BEFORE_ACK", "STRICT"})
  @DisplayName("a SYN-ACK that leaves before its record is committed, which may be lost")
  void seesEarlySynAcks(CommitMode mode) {
    engine(mode, SimpleAgents.passing(), true);
    openWatched();
    log.commitTo(log.appended());
    assertEarlySynAck(checks::commit);

    engine(mode, SimpleAgents.passing(), true);
    openWatched();
    assertEarlySynAck(checks::forget);
  }

  private static void assertEarlySynAck(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(LawBroken.class)
        .hasMessageContaining("a SYN-ACK leaves before its record is committed");
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"INTERVAL", "ON_CHANGE", "BEFORE_ACK", "STRICT"})
  @DisplayName("in each mode, a SYN-ACK that leaves before the connection before it is closed")
  void seesSynAcksOfTheNextConnection(CommitMode mode) {
    for (boolean lies : List.of(true, false)) {
      engine(mode, SimpleAgents.passing(), lies);
      isWatched = false;
      open();
      fromClient(TcpFlags.RST, 1, "");
      arrive(Direction.CLIENT_TO_SERVER, TcpFlags.SYN, FAR, 0, "");
      assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
      arrive(Direction.SERVER_TO_CLIENT, SYN_ACK, FAR, FAR + 1, "");
      if (lies) {
        assertBroken("a SYN-ACK leaves before the connection before is closed");
      }
    }
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"INTERVAL", "ON_CHANGE", "BEFORE_ACK", "STRICT"})
  @DisplayName("a SYN-ACK that waits for its record where it must, or leaves at once elsewhere")
  void acceptsSynAcks(CommitMode mode) {
    engine(mode, SimpleAgents.passing(), !mode.delaysOpening());
    openWatched();
    log.commitTo(log.appended());
    assertThatCode(checks::commit).doesNotThrowAnyException();
    PacketOutput out = checks.before(packet -> {});
    engine.onCommitted(nanos, out);
    fromServer(1);
    assertThatCode(() -> checks.check(nanos)).doesNotThrowAnyException();
    assertThatCode(checks::forget).doesNotThrowAnyException();
  }
}
