package dev.midstream.engines.worker;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.log.BucketLog;
import dev.midstream.engines.log.BucketReplica;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/**
 * Where connections are of whose bucket some stay with a node that does not own it (PDP-1). On the
 * worker's thread.
 */
public final class StayingPlaces {
  /** No engine has the connection any more: its packets are dropped. */
  static final int NOWHERE = Integer.MAX_VALUE;

  private final BucketStates states;
  private final StayingHere here;
  private final StayingElsewhere elsewhere;
  private final StayingLooks looks;
  private final Surroundings surroundings;
  private final FrameView view = new FrameView();

  StayingPlaces(
      BucketStates states,
      StayingHere here,
      StayingElsewhere elsewhere,
      StaySteps steps,
      Surroundings surroundings) {
    this.states = states;
    this.here = here;
    this.elsewhere = elsewhere;
    this.surroundings = surroundings;
    looks = new StayingLooks(states, here, steps, surroundings);
  }

  /** The place of the engine with this log. */
  int of(BucketLog log) {
    OwnedBucket owned = states.owned(log.bucket());
    return owned != null && owned.log() == log ? log.bucket() : states.stayingPlace(log.bucket());
  }

  /** Whether connections of {@code bucket} may stay with a node that does not own it. */
  public boolean isAny(int bucket) {
    return here.isAny(bucket) || elsewhere.lists().isAny(bucket);
  }

  /**
   * The place of a connection of the bucket of {@code log}, whose engine asks.
   *
   * @return {@link ConnectionRouter#SELF} for that engine; {@link #NOWHERE} if it has none
   */
  int of(ConnectionEnds ends, BucketLog log) {
    int bucket = log.bucket();
    int staying = states.stayingPlace(bucket);
    if (of(log) == staying) {
      return here.lists().contains(bucket, ends) ? ConnectionRouter.SELF : NOWHERE;
    }
    boolean stays = here.lists().contains(bucket, ends) || elsewhere.lists().contains(bucket, ends);
    return stays ? staying : ConnectionRouter.SELF;
  }

  /** Whether connections of {@code bucket} that stay here are being listed, or given. */
  public boolean isBetweenSteps(int bucket) {
    StayingBucket staying = here.openOf(bucket);
    return staying != null && (staying.ends.isListing() || staying.isGiving());
  }

  /**
   * Whether this worker has opened {@code bucket}, and the node that hands it over is to have it
   * again: that may have connections of a node that is gone, and this one does not.
   */
  public boolean isGivenBack(int bucket) {
    return elsewhere.isGivenBack(bucket);
  }

  /** How many connections stay here. */
  public int size() {
    return here.lists().size();
  }

  /** How many connections are in lists: that stay here, and of buckets here that stay elsewhere. */
  public int listed() {
    return here.lists().size() + elsewhere.lists().size();
  }

  /** Whether the connection between {@code ends} stays here, also if it is not listed yet. */
  public boolean isHere(int bucket, ConnectionEnds ends) {
    StayingBucket staying = here.openOf(bucket);
    return here.lists().contains(bucket, ends)
        || (staying != null && staying.ends.findsUnlisted(ends));
  }

  /** Where the connection between {@code ends} stays; null if it does not, or stays here. */
  public @Nullable NodeId elsewhere(int bucket, ConnectionEnds ends) {
    return elsewhere.lists().placeOf(bucket, ends);
  }

  /** Whether the list of what stays elsewhere is of the epoch under which a bucket is open here. */
  public boolean isListed(int bucket) {
    return elsewhere.isListed(bucket);
  }

  /** What this node would go on with of the connections that stay elsewhere; null if nothing. */
  public @Nullable BucketReplica replica(int bucket) {
    return elsewhere.replica(bucket);
  }

  /** Whether this node goes on with connections if {@code from} tells it so in {@code append}. */
  public boolean mayGoOn(NodeId from, Append append) {
    return elsewhere.mayGoOn(from, append);
  }

  /** The engine of this worker that may send packets of a connection; null if none may. */
  public @Nullable Engine sending(int bucket, ConnectionEnds ends, long nowNanos) {
    int place = here.lists().contains(bucket, ends) ? states.stayingPlace(bucket) : bucket;
    OwnedBucket owned = states.sending(place, nowNanos);
    boolean isAway = place == bucket && elsewhere.lists().contains(bucket, ends);
    return owned == null || isAway ? null : owned.engine();
  }

  /** Has all that stays here given to the owners, as soon as they may go on with it. */
  void giveAll(long nowNanos) {
    for (int bucket = 0; bucket < states.count(); bucket++) {
      StayingBucket staying = here.openOf(bucket);
      if (staying != null) {
        staying.reads.order(nowNanos);
      }
    }
    looks.giveAll(nowNanos);
  }

  /** Looks which connections of a bucket have closed that stay here, if that is due. */
  void look(int bucket, long nowNanos, PacketOutput out) {
    if (here.isAny(bucket)) {
      looks.look(bucket, nowNanos, outputOf(states.stayingPlace(bucket), out));
    }
  }

  /** The engine at {@code place} gets {@code packet}, which may open a connection anew there. */
  void noteArrival(int place, Packet packet) {
    if (place >= states.count() && view.read(packet) == FrameKind.TCP && view.isSyn()) {
      here.noteOpening(states.bucketOf(place), ConnectionEnds.of(view));
    }
  }

  /** Where that leaves what an engine sends: of a bucket of another node that may be there. */
  PacketOutput outputOf(int place, PacketOutput out) {
    if (place < states.count()) {
      return out;
    }
    int bucket = states.bucketOf(place);
    return packet -> {
      if (!surroundings.leave(bucket, packet)) {
        out.emit(packet);
      }
    };
  }
}
