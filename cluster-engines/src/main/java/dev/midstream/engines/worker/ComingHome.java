package dev.midstream.engines.worker;

import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * When connections that stayed at a node go on in its engine of their bucket, because the node owns
 * that again and does not leave (PDP-1). Nothing of them is committed until then: the owner before
 * keeps its replica, and goes on if the node dies.
 */
final class ComingHome {
  private ComingHome() {}

  /** Whether the node with which connections of a bucket stay owns it again. */
  static boolean isPlanned(@Nullable Bucket agreed) {
    NodeId owner = agreed == null ? null : agreed.owner();
    return agreed != null && owner != null && agreed.staysAt(owner);
  }

  /** Whether both engines are open at this worker, and may become one. */
  static boolean isDue(BucketStates states, int bucket, StayingBucket staying) {
    Bucket agreed = states.agreed(bucket);
    OwnedBucket own = states.owned(bucket);
    return agreed != null
        && own != null
        && isPlanned(agreed)
        && agreed.isOwnedBy(states.node().self())
        && own.log().epoch() == agreed.epoch()
        && own.isSettled()
        && staying.owned.isSettled()
        && !staying.isGiven();
  }
}
