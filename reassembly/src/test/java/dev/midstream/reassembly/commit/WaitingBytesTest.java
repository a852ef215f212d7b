package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What waits for records is charged to the heap for connections, and bounded by it. */
class WaitingBytesTest {
  private static final long SECOND_NANOS = 1_000_000_000;

  /** Three 32nds of it are for what waits: for three answered SYNs and the next one. */
  private static final long LIMIT_BYTES = 44_000;

  private static final int RULE_PORT = 80;
  private static final int OTHER_PORT = 22;

  /** More SYNs than records may wait. */
  private static final int MANY = 20;

  private final MemoryLog log = new MemoryLog(CommitMode.STRICT);
  private final Engine engine = engine(log);
  private final List<Packet> left = new ArrayList<>();
  private long nowNanos;

  private static Engine engine(MemoryLog log) {
    return TestEngine.inline("Hello", "Hi")
        .limits(EngineLimits.DEFAULTS.withConnectionBytes(LIMIT_BYTES))
        .serverPort(RULE_PORT)
        .log(log)
        .engine();
  }

  private static Ends ends(int port) {
    return Ends.IPV4.withPorts(port, RULE_PORT);
  }

  private Disposition put(Direction direction, FrameBuilder frame) {
    Packet packet = Frames.packet(frame.build(), Ends.legOfSender(direction), nowNanos);
    return engine.onPacket(packet, nowNanos, left::add);
  }

  private Disposition syn(Ends ends) {
    FrameBuilder syn = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER);
    syn.flags(TcpFlags.SYN).sequence(ends.clientIsn()).options("mss 1460");
    return put(Direction.CLIENT_TO_SERVER, syn);
  }

  private Disposition answer(Ends ends) {
    FrameBuilder answer = new FrameBuilder(ends, Direction.SERVER_TO_CLIENT);
    answer.flags(TcpFlags.SYN | TcpFlags.ACK).sequence(ends.serverIsn());
    answer.options("mss 1460").acknowledgement(ends.clientIsn() + 1);
    return put(Direction.SERVER_TO_CLIENT, answer);
  }

  private Disposition send(Ends ends, int sequence, String text) {
    FrameBuilder segment = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER);
    segment.numbers(sequence, 1).payload(Octets.ofText(text));
    return put(Direction.CLIENT_TO_SERVER, segment);
  }

  private void flood() {
    for (int port = 1; port <= MANY; port++) {
      syn(ends(port));
      answer(ends(port));
    }
  }

  private void commit() {
    log.commitTo(log.appended());
    engine.onCommitted(nowNanos, left::add);
  }

  private void runTo(long nanos) {
    while (engine.nextDeadlineNanos() <= nanos) {
      nowNanos = Math.max(nowNanos, engine.nextDeadlineNanos());
      engine.onTimer(nowNanos, left::add);
    }
    nowNanos = nanos;
  }

  private void establish(Ends ends) {
    syn(ends);
    answer(ends);
    commit();
    FrameBuilder last = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER);
    put(Direction.CLIENT_TO_SERVER, last.numbers(1, 1));
    commit();
    assertNothingWaits();
    left.clear();
  }

  private void assertSomethingWaits() {
    assertThat(engine.waiting().charged()).isPositive().isEqualTo(engine.waiting().kept());
  }

  private void assertNothingWaits() {
    assertThat(engine.waiting()).isEqualTo(new WaitingBytes(0, 0));
  }

  private long limited() {
    return engine.counters().of(Reason.CONNECTION_LIMIT);
  }

  @Test
  @DisplayName("HDP-17 law 6 the charge of what waits ends when its records are committed")
  void refundsWhatIsCommitted() {
    syn(ends(1));
    assertNothingWaits();
    answer(ends(1));
    answer(ends(1));
    assertSomethingWaits();
    commit();
    assertNothingWaits();
    assertThat(left).hasSize(1);
    runTo(400 * SECOND_NANOS);
    assertThat(engine.connections()).isZero();
    assertSomethingWaits();
    commit();
    assertNothingWaits();
    assertThat(engine.connectionBytes()).isZero();
  }

  @Test
  @DisplayName("C-72 law 6 the charge of what waits ends when the records are refused or lost")
  void refundsWhatIsRefusedOrLost() {
    for (LogState state : List.of(LogState.REFUSED, LogState.ALONE)) {
      log.setState(LogState.COMMITTING);
      engine.onLogChanged(nowNanos, left::add);
      flood();
      assertSomethingWaits();
      log.setState(state);
      engine.onLogChanged(nowNanos, left::add);
      assertNothingWaits();
    }
  }

  @Test
  @DisplayName("C-72 law 6 what waits for a copy is charged still")
  void chargesWhatWaitsForACopy() {
    MemoryLog stopping = new MemoryLog(CommitMode.STRICT, NoCopy.HOLD);
    Engine other = engine(stopping);
    Ends ends = ends(1);
    FrameBuilder syn = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER);
    syn.flags(TcpFlags.SYN).sequence(ends.clientIsn());
    other.onPacket(
        Frames.packet(syn.build(), Ends.legOfSender(Direction.CLIENT_TO_SERVER), 0), 0, left::add);
    FrameBuilder answer = new FrameBuilder(ends, Direction.SERVER_TO_CLIENT);
    answer.flags(TcpFlags.SYN | TcpFlags.ACK).sequence(ends.serverIsn());
    answer.acknowledgement(ends.clientIsn() + 1);
    other.onPacket(
        Frames.packet(answer.build(), Ends.legOfSender(Direction.SERVER_TO_CLIENT), 0),
        0,
        left::add);
    long before = other.waiting().charged();
    stopping.setState(LogState.ALONE);
    other.onLogChanged(0, left::add);
    assertThat(other.waiting().charged())
        .isPositive()
        .isLessThan(before)
        .isEqualTo(other.waiting().kept());
    other.forgetAll();
    assertThat(other.waiting()).isEqualTo(new WaitingBytes(0, 0));
  }

  @Test
  @DisplayName("C-72 law 6 the charge of what waits ends with a hand-over and with the engine")
  void refundsWhatGoesElsewhere() {
    List<Runnable> ends =
        List.of(
            () -> engine.moves().handOver(nowNanos),
            () -> engine.moves().releaseAll(),
            engine::forgetAll,
            () -> engine.giveUpAll("for a test", nowNanos, left::add),
            () -> engine.leave(nowNanos, left::add),
            () -> engine.finish(nowNanos, left::add));
    for (Runnable each : ends) {
      flood();
      assertSomethingWaits();
      each.run();
      assertNothingWaits();
    }
  }

  @Test
  @DisplayName("C-66 H-39 HDP-17 SYNs for which no record may wait pass unedited, and grow nothing")
  void bringsNoMoreThanMayWait() {
    flood();
    long charged = engine.waiting().charged();
    assertThat(charged).isBetween(3 * LIMIT_BYTES / 32, 4 * LIMIT_BYTES / 32);
    assertThat(limited()).isPositive();
    long records = log.appended();
    assertThat(syn(ends(100))).isEqualTo(Disposition.FORWARD);
    assertThat(answer(ends(100))).isEqualTo(Disposition.FORWARD);
    assertThat(left).isEmpty();
    assertThat(engine.waiting().charged()).isEqualTo(charged);
    assertThat(log.appended()).isEqualTo(records);
    int known = engine.connections();
    commit();
    assertThat(left).hasSize(known);
    assertNothingWaits();
    left.clear();
    syn(ends(101));
    assertThat(answer(ends(101))).isEqualTo(Disposition.TAKEN);
    assertThat(engine.connections()).isEqualTo(known + 1);
  }

  @Test
  @DisplayName("C-66 HDP-17 connections that need no record open while none may wait")
  void opensWhatNeedsNoRecord() {
    flood();
    int known = engine.connections();
    Ends other = Ends.IPV4.withPorts(1, OTHER_PORT);
    assertThat(syn(other)).isEqualTo(Disposition.FORWARD);
    assertThat(answer(other)).isEqualTo(Disposition.FORWARD);
    assertThat(engine.connections()).isEqualTo(known + 1);
  }

  @Test
  @DisplayName("C-66 HDP-17 a SYN-ACK is dropped while its record may not wait, and comes again")
  void dropsAnAnswerForWhichThereIsNoRoom() {
    Ends ends = ends(200);
    syn(ends);
    flood();
    long charged = engine.waiting().charged();
    long before = limited();
    assertThat(answer(ends)).isEqualTo(Disposition.TAKEN);
    assertThat(limited()).isEqualTo(before + 1);
    assertThat(engine.waiting().charged()).isEqualTo(charged);
    commit();
    left.clear();
    assertThat(answer(ends)).isEqualTo(Disposition.TAKEN);
    assertThat(left).isEmpty();
    commit();
    assertThat(left).hasSize(1);
  }

  @Test
  @DisplayName("C-66 H-39 H-24 one without room is not answered before the one before it is closed")
  void answersAfterTheClose() {
    Ends ends = ends(400);
    establish(ends);
    flood();
    FrameBuilder reset = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER);
    put(Direction.CLIENT_TO_SERVER, reset.flags(TcpFlags.RST).numbers(1, 1));
    Ends next = ends.withIsns(88_888, 99_999);
    left.clear();
    assertThat(syn(next)).isEqualTo(Disposition.FORWARD);
    assertThat(answer(next)).isEqualTo(Disposition.TAKEN);
    assertThat(left).isEmpty();
    commit();
    assertNothingWaits();
  }

  @Test
  @DisplayName("C-66 H-39 HDP-17 one that gave way passes unedited once another engine knows that")
  void passesAfterTheClose() {
    Ends ends = ends(500);
    syn(ends);
    answer(ends);
    commit();
    for (int port = 1; port <= MANY; port++) {
      establish(ends(port));
    }
    long before = limited();
    assertThat(send(ends, 1, "Hello")).isEqualTo(Disposition.TAKEN);
    assertThat(limited()).isGreaterThan(before);
    assertThat(left).isEmpty();
    commit();
    assertThat(send(ends, 1, "Hello")).isEqualTo(Disposition.FORWARD);
  }

  @Test
  @DisplayName("C-66 HDP-17 a SYN-ACK that is repeated while it waits grows nothing")
  void growsNothingByRepetitions() {
    syn(ends(1));
    answer(ends(1));
    long charged = engine.waiting().charged();
    for (int i = 0; i < MANY; i++) {
      answer(ends(1));
      syn(ends(1));
    }
    assertThat(engine.waiting().charged()).isEqualTo(charged);
  }

  @Test
  @DisplayName("HDP-17 H-18 while no record may wait, one of an open connection is written later")
  void writesOneRecordOfManyChanges() {
    Ends ends = ends(300);
    establish(ends);
    flood();
    long records = log.appended();
    long charged = engine.waiting().charged();
    for (int i = 0; i < MANY; i++) {
      send(ends, 1 + 5 * i, "Hello");
    }
    runTo(nowNanos + SECOND_NANOS);
    assertThat(log.appended()).isEqualTo(records);
    assertThat(engine.waiting().charged()).isEqualTo(charged);
    commit();
    left.clear();
    runTo(nowNanos + SECOND_NANOS);
    assertThat(log.appended()).isEqualTo(records + 1);
    assertThat(left).isEmpty();
    commit();
    assertThat(left).isNotEmpty();
    assertNothingWaits();
  }
}
