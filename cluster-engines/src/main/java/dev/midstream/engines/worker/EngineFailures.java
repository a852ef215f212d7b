package dev.midstream.engines.worker;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;
import java.util.function.BooleanSupplier;

/** What becomes of the engines of a worker if a call fails, or at their end. */
public final class EngineFailures {
  private final BucketStates states;
  private final OpenEngines open;
  private final StayingPlaces staying;
  private final Refresher refresher;
  private final BooleanSupplier takeAtWork;

  /** Notes what an engine has written to its log, and when it is due. */
  @FunctionalInterface
  interface Refresher {
    void refresh(int place, PacketOutput out);
  }

  EngineFailures(
      BucketStates states,
      OpenEngines open,
      StayingPlaces staying,
      Refresher refresher,
      BooleanSupplier takeAtWork) {
    this.states = states;
    this.open = open;
    this.staying = staying;
    this.refresher = refresher;
    this.takeAtWork = takeAtWork;
  }

  /** As {@link Engine#leave}, of those that no node goes on with: they have no replica. */
  public void leave(long now, PacketOutput out) {
    open.forEach((engine, place) -> {
      OwnedBucket owned = states.owned(place);
      if (owned != null && owned.log().protectedBy() == 0) {
        engine.leave(now, staying.outputOf(place, out));
      }
    });
  }

  /**
   * As {@link Engine#giveUp}, of the engine that was at work, or {@link Engine#giveUpAll} of that
   * one, if it was with no connection. If none was at work, no connection is in doubt. If it was
   * not with the packet of the caller, no engine has seen this packet, or it has left: it is lost.
   * So is one whose connection stays here, which may not leave by the ports of this node.
   */
  public Disposition giveUp(String failure, long now, PacketOutput out) {
    boolean isAtWork = takeAtWork.getAsBoolean();
    int place = open.takeWorking();
    OwnedBucket owned = place < 0 ? null : states.owned(place);
    if (owned == null) {
      open.counters().count(Reason.ENGINE_FAILED);
      return Disposition.TAKEN;
    }
    PacketOutput to = staying.outputOf(place, out);
    Disposition disposition = owned.engine().giveUp(failure, now, to);
    if (disposition == null) {
      owned.engine().giveUpAll(failure, now, to);
    }
    refresher.refresh(place, out);
    boolean isOfCaller = isAtWork && place < states.count();
    return isOfCaller && disposition != null ? disposition : Disposition.TAKEN;
  }

  /** As {@link Engine#giveUpCall}, of the engine that was at work. */
  public void giveUpCall(long now, PacketOutput out) {
    boolean _ = takeAtWork.getAsBoolean(); // the thread that was left has its packet
    int place = open.takeWorking();
    OwnedBucket owned = place < 0 ? null : states.owned(place);
    if (owned != null) {
      owned.engine().giveUpCall(now, staying.outputOf(place, out));
      refresher.refresh(place, out);
    }
  }

  /** As {@link Engine#giveUpAll}, of all engines. */
  public void giveUpAll(String failure, long now, PacketOutput out) {
    boolean _ = takeAtWork.getAsBoolean();
    int ignored = open.takeWorking();
    open.forEach((engine, place) -> {
      engine.giveUpAll(failure, now, staying.outputOf(place, out));
      refresher.refresh(place, out);
    });
  }
}
