package dev.midstream.reassembly.deliver;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says why no agent is called for a while: what it makes would find no room. */
final class Backpressure {
  private final EngineConfiguration configuration;
  private final MemoryBudget budget;

  Backpressure(EngineConfiguration configuration, MemoryBudget budget) {
    this.configuration = configuration;
    this.budget = budget;
  }

  /**
   * Why nothing of a direction is shown: for its own sake, or for that of the replies to it; null
   * if it may be.
   */
  @Nullable Reason of(Connection connection, Stream stream) {
    Reason own = filling(stream);
    Stream reverse = connection.reverse(stream);
    return own == null && reverse.receiver().isReplyUnacknowledged() ? filling(reverse) : own;
  }

  /** Folds acknowledged commands where there are too many. */
  void makeRoom(Connection connection, Stream stream) {
    makeRoom(stream);
    Stream reverse = connection.reverse(stream);
    if (reverse.receiver().isReplyUnacknowledged() && filling(stream) == null) {
      makeRoom(reverse);
    }
  }

  private static void makeRoom(Stream stream) {
    stream.edits().folding().makeRoom(stream.acknowledged());
  }

  private @Nullable Reason filling(Stream stream) {
    if (stream.edits().folding().isFull()) {
      return Reason.COMMAND_LIMIT;
    }
    if (isBound() && budget.isUnderPressure() && stream.edits().firstCopies().length() > 0) {
      return Reason.TOTAL_LIMIT;
    }
    long waitingBytes = stream.newEnd() - stream.releasedEnd();
    return waitingBytes > configuration.limits().waitingBytes() ? Reason.WINDOW_FULL : null;
  }

  /** Whether there are receivers whose acknowledgements make room. */
  private boolean isBound() {
    return configuration.vantage() == Vantage.INLINE;
  }
}
