package dev.midstream.engines.redirect;

import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What a node does with a packet that another one has passed on, by its own table. A packet is
 * passed on twice at most, the second time only by a node that knows a newer epoch, so none runs in
 * a circle. What an earlier owner wants to be sent is not sent.
 */
public final class RedirectRule {
  private RedirectRule() {}

  /** What is done. */
  public enum Step {
    /** This node owns the bucket, or the connection stays here: it processes the packet. */
    PROCESS,
    /** This node is about to hear of the bucket's owner: the packet waits. */
    WAIT,
    /** Another node owns the bucket by a table that the sender did not have. */
    PASS_ON,
    /** The packet leaves by a port of this node. */
    SEND,
    /** It was passed on twice already. */
    DROP_HOPS,
    /** The bucket has got another owner since. */
    DROP_OLD,
    /** By the same table the sender should not have sent it here. */
    DROP_ASTRAY
  }

  /**
   * The step for {@code packet}, which {@code from} has passed on.
   *
   * @param bucket its bucket in this node's table
   * @param self this node
   * @param stayer the node where connections of the bucket may stay if it does not own it; null for
   *     none
   */
  public static Step stepOf(
      RedirectedPacket packet, NodeId from, Bucket bucket, NodeId self, @Nullable NodeId stayer) {
    return switch (packet.kind()) {
      case TO_OWNER -> stepOfOwner(packet, bucket, self);
      case TO_LEAVE -> stepOfSender(packet.epoch(), from, bucket);
      case TO_STAYER -> stepOfStaying(packet, bucket, self.equals(stayer), Step.PROCESS);
      case TO_LEAVE_STAYING -> stepOfStaying(packet, bucket, from.equals(stayer), Step.SEND);
    };
  }

  /** The owner of the bucket may have changed: the connection stays where it is. */
  private static Step stepOfStaying(
      RedirectedPacket packet, Bucket bucket, boolean isOfStayer, Step step) {
    if (packet.epoch() > bucket.epoch()) {
      return Step.WAIT;
    }
    return isOfStayer ? step : Step.DROP_ASTRAY;
  }

  private static Step stepOfOwner(RedirectedPacket packet, Bucket bucket, NodeId self) {
    @Nullable NodeId owner = bucket.owner();
    if (owner == null || packet.epoch() > bucket.epoch()) {
      return Step.WAIT; // even if this node is the owner: another one may have been it meanwhile
    }
    if (self.equals(owner)) {
      return Step.PROCESS;
    }
    if (packet.epoch() == bucket.epoch()) {
      return Step.DROP_ASTRAY;
    }
    return packet.hops() < RedirectHeader.MAX_HOPS ? Step.PASS_ON : Step.DROP_HOPS;
  }

  private static Step stepOfSender(long epoch, NodeId from, Bucket bucket) {
    if (epoch < bucket.epoch()) {
      return Step.DROP_OLD;
    }
    boolean isAstray = epoch == bucket.epoch() && !bucket.isOwnedBy(from);
    return isAstray ? Step.DROP_ASTRAY : Step.SEND;
  }
}
