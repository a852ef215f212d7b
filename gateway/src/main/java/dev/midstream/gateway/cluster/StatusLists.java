package dev.midstream.gateway.cluster;

import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.gateway.admin.ClusterStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table as operators see it. */
final class StatusLists {
  private StatusLists() {}

  /** All members, with the names that {@code names} knows by their addresses. */
  static List<ClusterStatus.Member> members(AllocationTable table, Names names) {
    return table.members().stream()
        .map(each ->
            new ClusterStatus.Member(
                names.at(each.id().address()),
                each.id().address().toString(),
                SettingsReader.word(each.role())))
        .toList();
  }

  /** Names of nodes. */
  interface Names {
    /** The name of the node at {@code address}; null if it was not met. */
    @Nullable String at(NodeAddress address);
  }

  /** All buckets; {@code state} says which of them are open here. */
  static List<ClusterStatus.Bucket> buckets(AllocationTable table, ClusterNode state) {
    List<ClusterStatus.Bucket> buckets = new ArrayList<>();
    for (int number = 0; number < table.bucketCount(); number++) {
      Bucket bucket = table.bucket(number);
      buckets.add(
          new ClusterStatus.Bucket(
              number,
              addressOf(bucket.owner()),
              bucket.epoch(),
              state.openEpoch(number) != 0,
              bucket.target() != null || bucket.from() != null,
              bucket.backups().stream()
                  .map(each ->
                      new ClusterStatus.Backup(
                          String.valueOf(addressOf(each.node())), each.complete()))
                  .toList(),
              addressOf(bucket.staying() == null ? null : bucket.staying().node())));
    }
    return buckets;
  }

  private static @Nullable String addressOf(@Nullable NodeId node) {
    return node == null ? null : node.address().toString();
  }
}
