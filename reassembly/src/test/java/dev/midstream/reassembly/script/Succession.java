package dev.midstream.reassembly.script;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.GradualHandOver;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;

/** An engine, and others that go on with its connections from their records when it dies. */
public final class Succession implements Box {
  private final TestEngine engines;
  private final CommitMode mode;
  private final FirstCopies firstCopies;
  private final List<Long> keptNanos = new ArrayList<>();
  private MemoryLog log;
  private Engine engine;
  private boolean commits = true;
  private boolean alone;
  private Replica before = new Replica();

  /** The engines of {@code engines}; each record is committed after the call that caused it. */
  public Succession(TestEngine engines, CommitMode mode) {
    this(engines, mode, FirstCopies.ALL);
  }

  /** The same, with records that hold {@code firstCopies}. */
  public Succession(TestEngine engines, CommitMode mode, FirstCopies firstCopies) {
    this.engines = engines;
    this.mode = mode;
    this.firstCopies = firstCopies;
    log = new MemoryLog(mode, NoCopy.CONTINUE, firstCopies);
    engine = engines.log(log).engine();
  }

  /** The engine that is alive. */
  public Engine engine() {
    return engine;
  }

  /** The log of the engine that is alive. */
  public MemoryLog log() {
    return log;
  }

  /** Commits no more records: those that are written from now on are lost. */
  public void stopCommitting() {
    commits = false;
  }

  /**
   * Commits each record again after the call that caused it, and those that wait after the next.
   */
  public void goOnCommitting() {
    commits = true;
  }

  /** The engines that go on from now on have no copy of their records, and write none. */
  public void goOnAlone() {
    alone = true;
  }

  /** Plays {@code lines}, of which no record is committed, and then another engine goes on. */
  public void lose(Script script, String lines) {
    stopCommitting();
    script.run(lines);
    takeOver(script.nowNanos());
  }

  /** Another engine goes on at {@code nanos} with what is committed. */
  public void takeOver(long nanos) {
    goOnWith(replica(), nanos);
  }

  private Replica replica() {
    Replica replica = new Replica();
    for (long number = 1; number <= log.committed(); number++) {
      replica.apply(log.record(number), keptNanos.get((int) number - 1));
    }
    return replica;
  }

  /** The engine hands all connections over to another one at {@code nanos}. */
  public void handOver(long nanos) {
    engine.moves().handOver(nanos);
    goOnHandedOver(nanos);
  }

  /** The same, one connection after the other; returns a copy of what is handed over. */
  public Replica handOverGradually(long nanos) {
    Replica copy = giveGradually(nanos);
    goOnHandedOver(nanos);
    return copy;
  }

  /** The engine gives all connections away, one after the other; returns a copy of them. */
  public Replica giveGradually(long nanos) {
    Replica copy = new Replica();
    GradualHandOver handOver = engine.moves().beginHandOver(copy);
    while (!handOver.step(1, log.state() == LogState.COMMITTING, nanos)) {
      // the next one
    }
    return copy;
  }

  private void goOnHandedOver(long nanos) {
    log.commitTo(log.appended());
    while (keptNanos.size() < log.committed()) {
      keptNanos.add(nanos);
    }
    Replica replica = replica();
    replica.noteHandedOver();
    before = replica();
    goOnWith(replica, nanos);
  }

  /** Another engine goes on at {@code nanos} with what the one before was handed over. */
  public void takeOverAgain(long nanos) {
    goOnWith(before, nanos);
  }

  /** Another engine goes on at {@code nanos} with {@code replica}. */
  public void goOnWith(Replica replica, long nanos) {
    log = new MemoryLog(mode, NoCopy.CONTINUE, firstCopies);
    log.setState(alone ? LogState.ALONE : LogState.COMMITTING);
    keptNanos.clear();
    engine = engines.log(log).engine();
    commits = true;
    engine.inherit(replica, nanos);
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Disposition disposition = engine.onPacket(packet, nowNanos, out);
    commit(nowNanos, out);
    return disposition;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    engine.onTimer(nowNanos, out);
    commit(nowNanos, out);
  }

  private void commit(long nowNanos, PacketOutput out) {
    if (commits) {
      log.commitTo(log.appended());
      while (keptNanos.size() < log.committed()) {
        keptNanos.add(nowNanos);
      }
      engine.onCommitted(nowNanos, out);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return engine.nextDeadlineNanos();
  }
}
