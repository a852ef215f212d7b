package dev.midstream.cluster.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.node.ClusterEffect;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How often what happened. */
final class Tally {
  private final Map<Happening, Long> counts = new EnumMap<>(Happening.class);

  void count(Happening happening) {
    counts.merge(happening, 1L, Long::sum);
  }

  void count(boolean isSo, Happening happening) {
    if (isSo) {
      count(happening);
    }
  }

  long of(Happening happening) {
    return counts.getOrDefault(happening, 0L);
  }

  /** Takes what happened in another schedule; may be called by several threads. */
  synchronized void add(Tally other) {
    other.counts.forEach((happening, count) -> counts.merge(happening, count, Long::sum));
  }

  /** What never happened. */
  List<Happening> missing() {
    return Arrays.stream(Happening.values()).filter(each -> of(each) == 0).toList();
  }

  /** A node that obeys {@code table} does something. */
  void note(ClusterEffect effect, @Nullable AllocationTable table) {
    switch (effect) {
      case ClusterEffect.OpenBucket open -> count(opening(open, table));
      case ClusterEffect.StopBucket stop when stop.stays() -> count(Happening.STAYED);
      case ClusterEffect.KeepReplica keep when keep.held() != Epoch.NONE -> count(Happening.HELD);
      case ClusterEffect.GiveStaying _ -> count(Happening.GIVEN);
      case ClusterEffect.Announce _ -> count(Happening.ANNOUNCED);
      case ClusterEffect.Left _ -> count(Happening.DRAINED);
      case ClusterEffect.StepDown down -> noteEnd(down.reason());
      case ClusterEffect.Report report -> {
        count(report.event() == ClusterEffect.Event.VETO, Happening.VETOED);
        count(report.event() == ClusterEffect.Event.UNREADABLE, Happening.UNREAD);
      }
      default -> {
        // nothing that is counted
      }
    }
  }

  private static Happening opening(ClusterEffect.OpenBucket open, @Nullable AllocationTable table) {
    if (open.inherited() == Epoch.NONE) {
      return Happening.BEGUN;
    }
    boolean isMove = table != null && table.bucket(open.bucket()).from() != null;
    return isMove ? Happening.HANDED_OVER : Happening.TAKEN_OVER;
  }

  private void noteEnd(ClusterEffect.Reason reason) {
    switch (reason) {
      case REMOVED -> count(Happening.REMOVED);
      case MERGED -> count(Happening.MERGED);
      case LONE -> count(Happening.OUTLIVED);
      case DOUBT -> count(Happening.DOUBTED);
      case CONFIGURATION -> {
        // random schedules have one configuration
      }
    }
  }

  @Override
  public synchronized String toString() {
    return Arrays.stream(Happening.values())
        .map(each -> String.format(Locale.ROOT, "%,d %s", of(each), text(each)))
        .collect(Collectors.joining(", "));
  }

  private static String text(Happening happening) {
    return happening.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
