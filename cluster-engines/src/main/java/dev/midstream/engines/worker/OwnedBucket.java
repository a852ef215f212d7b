package dev.midstream.engines.worker;

import dev.midstream.engines.log.BucketLog;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/** The engine of a bucket that this node owns, and its log. */
final class OwnedBucket {
  private final BucketLog log;
  private final Engine engine;

  /** What the engine was told of its log. */
  private LogState told = LogState.COMMITTING;

  private long toldCommitted;
  private long toldHeard;

  /** What to go on with once the engine knows the state of its log; usually null. */
  private @Nullable Replica awaited;

  /** Whether backups wait for their base since the beginning. */
  private boolean isBaseDue = true;

  /** Whether nothing may leave until another node has said so. */
  private boolean isPaused;

  /** An engine that goes on with {@code inherited}. */
  OwnedBucket(BucketLog log, Engine engine, Replica inherited, long nowNanos, PacketOutput out) {
    this.log = log;
    this.engine = engine;
    if (!isSettled()) {
      settle(nowNanos, out);
    }
    engine.inherit(inherited, nowNanos);
    log.announcements().holdBack();
  }

  /** Writes the base of backups that hold what an owner before has sent, unless that is done. */
  void writeBase(long nowNanos) {
    if (isBaseDue) {
      log.writeBase(taker -> engine.moves().writeBase(taker, nowNanos));
      isBaseDue = false;
    }
  }

  BucketLog log() {
    return log;
  }

  Engine engine() {
    return engine;
  }

  /** Goes on with the connections of another engine, and those that it knows itself stay. */
  void goOn(Replica inherited, long nowNanos) {
    if (!isSettled()) {
      await(inherited); // what is expected is written to the log
      return;
    }
    engine.inherit(inherited, nowNanos);
    log.announcements().holdBack();
  }

  private void await(Replica inherited) {
    if (awaited == null) {
      awaited = inherited;
    } else {
      awaited.takeAll(inherited);
    }
  }

  /** Tells the engine what has become of its log; it may send what waited for that. */
  void settle(long nowNanos, PacketOutput out) {
    if (log.state() != told) {
      told = log.state();
      engine.onLogChanged(nowNanos, out);
    }
    Replica inherited = awaited;
    if (inherited != null) {
      awaited = null;
      goOn(inherited, nowNanos);
    }
    if (log.committed() > toldCommitted || log.heard() != toldHeard) {
      toldCommitted = log.committed();
      toldHeard = log.heard();
      engine.onCommitted(nowNanos, out);
    }
    if (told == LogState.COMMITTING && !engine.isRenewing()) {
      log.endBase();
    }
  }

  /** Whether the engine knows the state of its log. */
  boolean isSettled() {
    return log.state() == told;
  }

  /** Whether connections are not read yet with which it goes on, or are not in the log again. */
  boolean isGoingOn() {
    return awaited != null || engine.isRenewing();
  }

  /** Nothing may leave from now on, or may do so again. */
  void setPaused(boolean paused) {
    isPaused = paused;
  }

  boolean isPaused() {
    return isPaused;
  }

  /** Whether nothing may leave: what came before must be known to other nodes. */
  boolean isHeldBack() {
    return isPaused || log.isHeldBack();
  }

  /** When the engine is to be called next. */
  long dueNanos() {
    return engine.nextDeadlineNanos();
  }
}
