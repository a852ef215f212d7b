package dev.midstream.engines.sim;

import dev.midstream.cluster.member.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/** Which opening of each bucket is the latest one. */
final class Openings {
  private static final Comparator<Opening> ORDER =
      Comparator.comparingInt(Opening::cluster).thenComparingLong(Opening::epoch);

  private final List<NodeId> founders = new ArrayList<>();
  private final Map<Integer, Opening> latest = new HashMap<>();

  private record Opening(int cluster, long epoch) {}

  /**
   * Whether there is no later opening of {@code bucket} until now. Epochs are those of one cluster:
   * if all that knew them are gone, another node founds it anew.
   */
  boolean isLatest(int bucket, NodeId founder, long epoch) {
    if (!founders.contains(founder)) {
      founders.add(founder);
    }
    Opening opening = new Opening(founders.indexOf(founder), epoch);
    return latest.merge(bucket, opening, BinaryOperator.maxBy(ORDER)).equals(opening);
  }
}
