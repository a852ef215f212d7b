package dev.midstream.engines.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.redirect.Redirector.Exit;
import dev.midstream.wire.packet.Disposition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NodeDeliveryTest {
  private static final NodeId SELF = node(1);
  private static final NodeId OTHER = node(2);

  private final List<String> filters = new ArrayList<>();

  private static NodeId node(int number) {
    return new NodeId(NodeAddress.ofIpv4(0x0a090000 + number, 7800), new UUID(number, 1));
  }

  private NodeDelivery delivery(Exit exit) {
    return new NodeDelivery(
        SELF,
        2,
        1_472,
        exit,
        (worker, buckets) -> filters.add(worker + " " + buckets),
        (to, datagram, length) -> {},
        (bucket, packet, now, out) -> Disposition.TAKEN);
  }

  private static BitSet buckets(int... numbers) {
    BitSet buckets = new BitSet();
    for (int number : numbers) {
      buckets.set(number);
    }
    return buckets;
  }

  private static AllocationTable table(@Nullable NodeId... owners) {
    List<Bucket> buckets = new ArrayList<>();
    for (@Nullable NodeId owner : owners) {
      buckets.add(new Bucket(owner, owner == null ? 0 : 1, null, null, List.of(), 0));
    }
    return AllocationTable.received(
        SELF,
        new Secret(new byte[Secret.BYTES]),
        new Version(new Term(1, SELF), 1),
        List.of(new Member(SELF, 0, Member.Role.ACTIVE), new Member(OTHER, 1, Member.Role.ACTIVE)),
        List.of(SELF, OTHER),
        buckets,
        2);
  }

  @Test
  @DisplayName("HDP-15 each worker receives the open buckets of its share before setOpen returns")
  void dividesOpenBuckets() {
    NodeDelivery delivery = delivery(Exit.OF_OWNER);
    delivery.setOpen(buckets(0, 1, 2, 3));
    assertThat(filters).containsExactly("0 {0, 2}", "1 {1, 3}");
    filters.clear();
    delivery.setOpen(buckets(0, 2, 3));
    assertThat(filters).as("that of worker 0 stays").containsExactly("1 {3}");
    filters.clear();
    delivery.end();
    assertThat(filters).containsExactly("0 {}", "1 {}");
  }

  @Test
  @DisplayName("HDP-15 buckets without an owner are left to those that get them within one call")
  void leavesBucketsToTheirOwners() {
    ReceivedBuckets received = new ReceivedBuckets(SELF, all -> filters.add(all.toString()));
    received.noteDue();
    received.update(table(null, null, null, null), true);
    received.narrow(table(OTHER, OTHER, SELF, SELF));
    assertThat(filters).containsExactly("{0, 1, 2, 3}", "{2, 3}");
  }

  @Test
  @DisplayName("HDP-15 where each frame reaches one node only, no filter follows the buckets")
  void setsNoFilterWithRedirect() {
    NodeDelivery delivery = delivery(Exit.OF_SENDER);
    delivery.setOpen(buckets(0, 1));
    delivery.end();
    assertThat(filters).isEmpty();
  }
}
