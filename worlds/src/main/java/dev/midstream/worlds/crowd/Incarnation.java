package dev.midstream.worlds.crowd;

import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.tcp.Ending;
import dev.midstream.testkit.sim.tcp.TcpState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.law.ProgressWatch;
import dev.midstream.worlds.law.WatchedPair;
import dev.midstream.worlds.plan.CrowdWorld.Member;
import dev.midstream.worlds.plan.CrowdWorld.Start;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import dev.midstream.worlds.plan.WorldTraits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One incarnation of a connection (RFC 9293 section 3.4.1): one of those that have the same ports,
 * one after the other.
 */
final class Incarnation {
  private final Member member;
  private final WatchedPair pair;
  private final List<PacketObserver> observers = new ArrayList<>();
  private boolean opened;
  private boolean begun;
  private long resetNanos = Long.MAX_VALUE;
  private boolean watched = true;
  private boolean withoutRoom;
  private boolean synLost;
  private boolean cutShort;
  private long deadlineNanos = Long.MAX_VALUE;
  private long startNanos;
  private long completedNanos = Long.MAX_VALUE;
  private @Nullable ProgressWatch progress;

  Incarnation(Member member, WatchedPair pair) {
    this.member = member;
    this.pair = pair;
    pair.observe(observers::add, true);
  }

  Member member() {
    return member;
  }

  WatchedPair pair() {
    return pair;
  }

  /** Opens the connection now, on a route of its own. */
  void open(SimulatedNetwork network) {
    long nowNanos = network.nowNanos();
    network.route(pair.world().ends(), pair.world().path().pathFrom(nowNanos), pair.world().seed());
    Conversation talk = pair.open(network, nowNanos);
    if (member.start() == Start.FIRST) {
      progress = new ProgressWatch(pair.world(), talk, nowNanos, pair::diedNanos);
    }
    startNanos = nowNanos;
    opened = true;
    deadlineNanos = nowNanos + pair.deadlineNanos();
  }

  /**
   * Checks after each event that its octets move, and notes when both streams are read. If its
   * ports were used before, its server may still know the old connection, and wait for its route.
   */
  void step(long nowNanos) {
    if (progress == null || !watched || cutShort) {
      return;
    }
    progress.step(nowNanos);
    if (completedNanos == Long.MAX_VALUE && pair.isRead()) {
      completedNanos = nowNanos;
    }
  }

  /** Checks that it took about as long as without a box, if it was watched to its end. */
  void checkTime() {
    if (completedNanos != Long.MAX_VALUE) {
      pair.checkTime(completedNanos - startNanos, false);
    }
  }

  boolean isOpened() {
    return opened;
  }

  /** The time by which it must be done; unlimited before it opens. */
  long deadlineNanos() {
    return deadlineNanos;
  }

  /** Whether its client does not need its ports any more. */
  boolean isClientDone() {
    return opened && pair.talk().client().ending() != Ending.NOT_YET;
  }

  /** Whether neither endpoint needs its ports any more, or the server cannot learn that. */
  boolean isOver() {
    return opened && (pair.talk().isDone() || hasVanished() || isServerWaiting());
  }

  /** Whether the server waits for a client that is gone. */
  private boolean isServerWaiting() {
    return isClientDone() && pair.talk().server().state() == TcpState.LISTEN;
  }

  /** Whether its client forgot the connection without a word to the server. */
  boolean hasVanished() {
    return opened && pair.talk().client().ending() == Ending.VANISHED;
  }

  /** Gives its ports to the next incarnation. If it is not done, it is cut short. */
  void replace() {
    cutShort |= !pair.talk().isDone();
  }

  /**
   * Notes that the engine had no room for it, or evicted it: it may pass unedited, or be refused.
   */
  void noteNoRoom() {
    withoutRoom = true;
    watched = false;
  }

  /**
   * Notes that an engine died whose records did not have it. If it is open, what comes of it is in
   * mid-stream, where it may pass unedited.
   */
  void noteUnknown() {
    EnginePlan engine = pair.world().engine();
    boolean isEdited = engine.treatment() == Treatment.EDIT && !pair.talk().isDone();
    if (!isEdited || !new WorldTraits(pair.world()).mayLoseDecisions()) {
      return;
    }
    pair.losesOpening();
    if (engine.policies().midStream() == MidStream.PASS) {
      noteNoRoom();
    }
  }

  /** Notes that an engine died that may have seen only its first SYN. */
  void noteSynLost() {
    synLost = true;
    pair.noteSynLost();
  }

  /** Whether the first SYN of it that the engine knows may be of the other end. */
  boolean mayOpenAnew() {
    return withoutRoom || synLost;
  }

  /** Whether the engine had no room for it, or evicted it. */
  boolean isWithoutRoom() {
    return withoutRoom;
  }

  /** Hides further packets from its observers: the engine knows the ports by a later SYN. */
  void unwatch() {
    watched = false;
    pair.noteUnseen();
  }

  boolean isWatched() {
    return watched;
  }

  /** Whether its first SYN reached the box. */
  boolean isBegun() {
    return begun;
  }

  void noteBegun() {
    begun = true;
  }

  /** Whether a reset of it was seen. */
  boolean isReset() {
    return resetNanos != Long.MAX_VALUE;
  }

  /** Whether a reset was seen so long ago that the engine need not know the connection. */
  boolean isForgotten(long nowNanos) {
    return isReset() && nowNanos - resetNanos > Timeouts.DEFAULTS.closingNanos();
  }

  /** Notes that a reset of it was seen. */
  void noteReset(long nowNanos) {
    resetNanos = Math.min(resetNanos, nowNanos);
  }

  /** Whether an endpoint may never learn that the other one is gone, so that it does not end. */
  boolean mayStay() {
    WorldTraits traits = new WorldTraits(pair.world());
    return pair.world().agent().mayFail()
        || traits.isAborting()
        || traits.mayBeReset()
        || withoutRoom
        || cutShort;
  }

  /** Whether the next incarnation took its ports before it was done. */
  boolean isCutShort() {
    return cutShort;
  }

  /** Tells its observers that a timer of the box fires. */
  void timer(long nowNanos) {
    if (watched) {
      observers.forEach(each -> each.timer(nowNanos));
    }
  }

  /** Shows a packet to its observers. */
  void show(PacketObserver.Place place, Leg leg, Packet packet, long nowNanos) {
    for (PacketObserver each : observers) {
      if (watched) {
        each.seen(place, leg, packet, nowNanos);
      }
    }
  }
}
