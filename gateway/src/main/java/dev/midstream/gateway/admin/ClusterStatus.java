package dev.midstream.gateway.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of its cluster at one instant.
 *
 * @param cluster the name of the cluster
 * @param node the name of the node
 * @param address where the node listens
 * @param state what the node is
 * @param leased whether it may send packets
 * @param coordinates whether it assigns the buckets
 * @param members all members, in the order in which they joined; empty if it is none
 * @param buckets all buckets, by number; empty if it is no member
 * @param takeovers how many buckets this node went on with after their owner was gone
 * @param takeoverMillis how long the last takeover took, from the close of the connection to the
 *     node that is gone, or from when it was missed, to the last opened bucket; negative if there
 *     was none
 * @param staying connections that stay with this node although another one owns their bucket
 * @param passed what became of packets between nodes
 * @param figures what it has counted beside these
 */
public record ClusterStatus(
    String cluster,
    String node,
    String address,
    State state,
    boolean leased,
    boolean coordinates,
    List<Member> members,
    List<Bucket> buckets,
    long takeovers,
    double takeoverMillis,
    long staying,
    Passed passed,
    ClusterFigures figures) {

  /**
   * What became of packets between nodes.
   *
   * @param redirected packets that were passed on to other nodes
   * @param lost datagrams of passed-on packets that could not be sent or received
   * @param abandoned packets of other nodes that were given up, because a part of them did not come
   *     or they waited too long for a table
   * @param looped frames that were dropped because another node had forwarded them
   */
  public record Passed(long redirected, long lost, long abandoned, long looped) {}

  /** What a node is to its cluster. */
  public enum State {
    /** It has no part in the cluster, and tries to get one. */
    JOINING,
    /** It is a member. */
    MEMBER,
    /** It hands its buckets over. */
    DRAINING,
    /** It has handed its buckets over, and is no member any more. */
    LEFT
  }

  /** A member: its name, null if it was not met yet, where it listens, what it may be given. */
  public record Member(@Nullable String name, String address, String role) {}

  /**
   * A bucket.
   *
   * @param owner where its owner listens; null if it has none
   * @param epoch grows with each change of owner
   * @param open whether this node serves it
   * @param moves whether it is on its way to another node
   * @param backups the nodes that keep replicas
   * @param staying where the node listens that is no owner any more and keeps open connections;
   *     null if none does so, or only one that leaves
   */
  public record Bucket(
      int bucket,
      @Nullable String owner,
      long epoch,
      boolean open,
      boolean moves,
      List<Backup> backups,
      @Nullable String staying) {}

  /** A replica at another node, which can go on with the bucket once it is complete. */
  public record Backup(String address, boolean complete) {}

  /** Copies the lists. */
  public ClusterStatus {
    members = List.copyOf(members);
    buckets = List.copyOf(buckets);
  }
}
