package dev.midstream.worlds.law;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.stream.CommitMode;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How often engines that went on with connections of others counted what ends one, or may be a sign
 * of lost records, in each mode. Not thread-safe.
 */
final class ResetCounts {
  private static final Set<Reason> REASONS =
      EnumSet.of(
          Reason.TAKEOVER_UNREADABLE,
          Reason.TAKEOVER_UNSAFE_REPLAY,
          Reason.TAKEOVER_LOST_DECISIONS,
          Reason.MID_STREAM,
          Reason.NOT_WHOLE,
          Reason.RESET);

  private final Map<CommitMode, Map<Reason, Long>> counts = new EnumMap<>(CommitMode.class);

  /** Adds what the engines of {@code run} counted, if one of them went on with a connection. */
  void add(WorldRun run) {
    if (run.takeovers() > 0) {
      Map<Reason, Long> ofMode =
          counts.computeIfAbsent(run.commitMode(), _ -> new EnumMap<>(Reason.class));
      REASONS.forEach(each -> ofMode.merge(each, run.count(each), Long::sum));
    }
  }

  /** A line for each mode. */
  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(each -> "after takeovers, commit " + each.getKey() + ": " + text(each.getValue()))
        .collect(Collectors.joining("\n"));
  }

  private static String text(Map<Reason, Long> ofMode) {
    return ofMode.entrySet().stream()
        .map(each -> each.getKey().code() + "=" + each.getValue())
        .collect(Collectors.joining(" "));
  }
}
