package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Allocator;
import dev.midstream.cluster.bucket.BucketLoads;
import dev.midstream.cluster.bucket.Changes;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the coordinator has heard, and the next table that it makes of it. */
final class TablePlan {
  private final NodeContext context;
  private final Allocator allocator;
  private final BucketLoads loads;
  private final Changes changes = new Changes();
  private final RepeatedReads reads;
  private final Map<NodeId, Member.Role> admitted = new LinkedHashMap<>();
  private long balancedNanos;
  private boolean hasNews;

  /** The agreed table which with these loads only news can change; null if none is known. */
  private @Nullable AllocationTable settled;

  TablePlan(NodeContext context) {
    this.context = context;
    ClusterSettings settings = context.settings;
    allocator =
        new Allocator(
            settings.copies(),
            settings.maxMoves(),
            settings.reallocation() == ClusterSettings.Reallocation.STAY);
    loads = new BucketLoads(settings.buckets());
    reads = new RepeatedReads(settings.balanceNanos());
  }

  /** Begins a term: what an earlier term heard will be said again. */
  void begin() {
    changes.clear();
    admitted.clear();
    balancedNanos = context.now();
  }

  /** {@code node} may join, as long as it is in view. */
  void admit(NodeId node, Member.Role role) {
    admitted.put(node, role);
  }

  void order(int bucket, NodeId to) {
    changes.order(bucket, to);
  }

  /** Notes what {@code from} reports, which the next table may show at once. */
  void report(NodeId from, ClusterMessage.BucketReport report) {
    hasNews = true;
    if (!report.loads().isEmpty()) {
      settled = null;
    }
    report.complete().forEach((bucket, epoch) -> changes.complete(from, bucket, epoch));
    report.unreadable().forEach((bucket, since) -> changes.unreadable(from, bucket, since));
    report.opened().forEach((bucket, epoch) -> changes.opened(from, bucket, epoch));
    report.closed().forEach((bucket, since) -> changes.closed(from, bucket, since));
    report.wanted().forEach(changes::want);
    report.loads().forEach(loads::report);
    if (report.draining() != null) {
      changes.drain(from, report.draining());
    }
    if (report.idle()) {
      changes.idle(from);
    }
  }

  /** Whether there was a report since the last call. */
  boolean takeNews() {
    boolean had = hasNews;
    hasNews = false;
    return had;
  }

  /** The next table, or null if nothing changes. */
  @SuppressWarnings("ReferenceEquality") // to compare two tables takes long, too
  @Nullable AllocationTable next(AllocationTable agreed, Version version, Set<NodeId> gone) {
    gone.forEach(changes::gone);
    admitted.keySet().removeIf(node -> agreed.isMember(node) || !context.isReachable(node));
    admitted.forEach(changes::join);
    reads.collect(agreed, changes, context.now());
    if (context.now() - balancedNanos >= context.settings.balanceNanos()) {
      balancedNanos = context.now();
      changes.balance();
    }
    boolean isQuiet = changes.isEmpty();
    if (isQuiet && agreed == settled) { // with many buckets to find that out again takes long
      return null;
    }
    AllocationTable table = allocator.next(agreed, version, context.self, changes, loads);
    if (isQuiet) {
      settled = table == null ? agreed : null;
    }
    changes.clear();
    return table;
  }
}
