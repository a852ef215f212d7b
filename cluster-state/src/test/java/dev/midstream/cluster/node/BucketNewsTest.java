package dev.midstream.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a node says of its buckets that the agreed table does not show. */
class BucketNewsTest {
  private static final NodeId SELF = node(1);
  private static final NodeId GIVER = node(2);
  private static final NodeId LEAVING = node(3);
  private static final long EPOCH = 7;

  private final BucketNews news = new BucketNews(SELF, new Leaving(SELF, 1), 1);

  private static NodeId node(int number) {
    return new NodeId(NodeAddress.ofIpv4(number, 7800), new UUID(0, number));
  }

  /** A table in which the giver hands the bucket over, and connections of it may stay. */
  private static AllocationTable table(int number, @Nullable NodeId stayer) {
    Bucket bucket = new Bucket(SELF, EPOCH, GIVER, null, List.of(), 6);
    return AllocationTable.received(
        GIVER,
        new Secret(new byte[Secret.BYTES]),
        new Version(new Term(1, GIVER), number),
        List.of(
            new Member(GIVER, 0, Member.Role.ACTIVE),
            new Member(SELF, 1, Member.Role.ACTIVE),
            new Member(LEAVING, 2, Member.Role.STAYING)),
        List.of(GIVER, SELF, LEAVING),
        List.of(bucket.withStaying(stayer == null ? null : new Bucket.Staying(stayer, 6))),
        3);
  }

  private Map<Integer, Long> opened(AllocationTable table) {
    return Objects.requireNonNull(news.report(table, new long[] {EPOCH}, Set.of(0), Map.of()))
        .opened();
  }

  @Test
  @DisplayName(
      "PDP-1 HSI-4 a node with which connections of a bucket stay has it again: the move ends, also if"
          + " all have closed and another node leaves with which its own stay")
  void opensWhatStaysWithIt() {
    AllocationTable first = table(1, SELF);
    news.noteOpen(0, first);
    assertThat(opened(first)).containsExactly(Map.entry(0, EPOCH));
    assertThat(opened(table(2, null))).containsExactly(Map.entry(0, EPOCH));
  }

  @Test
  @DisplayName("PDP-1 LD-14 a move does not end before its taker knows what stays at a third node")
  void opensWhatStaysElsewhereWhenListed() {
    AllocationTable table = table(1, LEAVING);
    news.noteOpen(0, table);
    assertThat(opened(table)).isEmpty();
    news.listed[0] = EPOCH;
    assertThat(opened(table)).containsExactly(Map.entry(0, EPOCH));
  }
}
