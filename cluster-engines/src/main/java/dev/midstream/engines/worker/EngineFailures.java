package dev.midstream.engines.worker;

import dev.midstream.engines.worker.OpenEngines.Working;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;

/** What becomes of the engines of a worker if a call fails, or at their end. */
public final class EngineFailures {
  private final BucketStates states;
  private final OpenEngines open;
  private final StayingPlaces staying;
  private final Refresher refresher;

  /** Notes what an engine has written to its log, and when it is due. */
  @FunctionalInterface
  interface Refresher {
    void refresh(int place, PacketOutput out);
  }

  EngineFailures(
      BucketStates states, OpenEngines open, StayingPlaces staying, Refresher refresher) {
    this.states = states;
    this.open = open;
    this.staying = staying;
    this.refresher = refresher;
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
   * one, if it was with no connection, or with all. If none was at work, no connection is in doubt.
   * If it was not with the packet of the caller, no engine has seen this packet, or it has left: it
   * is lost. So is one whose connection stays here, which may not leave by the ports of this node.
   */
  public Disposition giveUp(String failure, long now, PacketOutput out) {
    Working working = open.takeWorking();
    OwnedBucket owned = working == null ? null : states.owned(working.place());
    if (working == null || owned == null) {
      open.counters().count(Reason.ENGINE_FAILED);
      return Disposition.TAKEN;
    }
    int place = working.place();
    PacketOutput to = outputOf(place, now, out);
    Disposition disposition = working.isWithAll() ? null : owned.engine().giveUp(failure, now, to);
    if (disposition == null) {
      owned.engine().giveUpAll(failure, now, to);
    }
    refresh(place, failure, now, out);
    boolean isOfCaller = working.isWithCallers() && place < states.count();
    return isOfCaller && disposition != null ? disposition : Disposition.TAKEN;
  }

  /** As {@link Engine#giveUpCall}, of the engine that was at work. */
  public void giveUpCall(long now, PacketOutput out) {
    Working working = open.takeWorking(); // the thread that was left has its packet
    OwnedBucket owned = working == null ? null : states.owned(working.place());
    if (working != null && owned != null) {
      owned.engine().giveUpCall(now, outputOf(working.place(), now, out));
      refresh(working.place(), "call given up", now, out);
    }
  }

  /** As {@link Engine#giveUpAll}, of all engines. */
  public void giveUpAll(String failure, long now, PacketOutput out) {
    open.leave();
    open.forEach((engine, place) -> {
      engine.giveUpAll(failure, now, outputOf(place, now, out));
      refresh(place, failure, now, out);
    });
  }

  /**
   * Notes what the engine at {@code place} has written. If that fails, too, all is given up of the
   * engine that was at work, if one was; the next call of this worker goes on.
   */
  @SuppressWarnings("IllegalCatch") // a second failure must not keep others from being given up
  private void refresh(int place, String failure, long now, PacketOutput out) {
    try {
      refresher.refresh(place, out);
    } catch (RuntimeException | Error _) {
      open.counters().count(Reason.ENGINE_FAILED);
      Working again = open.takeWorking();
      OwnedBucket owned = again == null ? null : states.owned(again.place());
      if (again != null && owned != null) {
        owned.engine().giveUpAll(failure, now, outputOf(again.place(), now, out));
      }
    }
  }

  /** Where that leaves what an engine sends: nowhere if it may not send now. */
  private PacketOutput outputOf(int place, long now, PacketOutput out) {
    return states.sending(place, now) == null ? _ -> {} : staying.outputOf(place, out);
  }
}
