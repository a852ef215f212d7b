package dev.midstream.engines.worker;

import dev.midstream.reassembly.Engine;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/** What becomes of the engines of a worker if a call fails, or at their end. */
public final class EngineFailures {
  private final BucketStates states;
  private final OpenEngines open;
  private final Refresher refresher;

  /** Notes what an engine has written to its log, and when it is due. */
  @FunctionalInterface
  interface Refresher {
    void refresh(int bucket, PacketOutput out);
  }

  EngineFailures(BucketStates states, OpenEngines open, Refresher refresher) {
    this.states = states;
    this.open = open;
    this.refresher = refresher;
  }

  /** As {@link Engine#leave}, of those that no node goes on with: they have no replica. */
  public void leave(long now, PacketOutput out) {
    open.forEach((engine, bucket) -> {
      OwnedBucket owned = states.owned(bucket);
      if (owned != null && owned.log().protectedBy() == 0) {
        engine.leave(now, out);
      }
    });
  }

  /** As {@link Engine#giveUp}, of the engine that was at work. */
  public @Nullable Disposition giveUp(String failure, long now, PacketOutput out) {
    int bucket = open.takeWorking();
    OwnedBucket owned = bucket < 0 ? null : states.owned(bucket);
    if (owned == null) {
      return null;
    }
    Disposition disposition = owned.engine().giveUp(failure, now, out);
    refresher.refresh(bucket, out);
    return disposition;
  }

  /** As {@link Engine#giveUpCall}, of the engine that was at work. */
  public void giveUpCall(long now, PacketOutput out) {
    int bucket = open.takeWorking();
    OwnedBucket owned = bucket < 0 ? null : states.owned(bucket);
    if (owned != null) {
      owned.engine().giveUpCall(now, out);
      refresher.refresh(bucket, out);
    }
  }

  /** As {@link Engine#giveUpAll}, of all engines. */
  public void giveUpAll(String failure, long now, PacketOutput out) {
    int ignored = open.takeWorking();
    open.forEach((engine, bucket) -> {
      engine.giveUpAll(failure, now, out);
      refresher.refresh(bucket, out);
    });
  }
}
