package dev.midstream.reassembly.deliver;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Suspends calls of agents while there is no room for their output. */
public final class Backpressure {
  /** Inline, acknowledgements of receivers make room again. */
  private final boolean inline;

  private final long maxWaitingBytes;

  Backpressure(EngineConfiguration configuration) {
    inline = configuration.vantage() == Vantage.INLINE;
    maxWaitingBytes = configuration.limits().waitingBytes();
  }

  /**
   * Why no agent may be called for a direction, because of its own output or of the replies to it;
   * null if one may be called.
   */
  public @Nullable Reason of(Connection connection, Stream stream) {
    Reason own = reasonOf(stream);
    Stream reverse = connection.reverse(stream);
    return own == null && reverse.receiver().isReplyUnacknowledged() ? reasonOf(reverse) : own;
  }

  private @Nullable Reason reasonOf(Stream stream) {
    if (stream.isAtCommandLimit()) {
      return Reason.COMMAND_LIMIT;
    }
    if (inline
        && stream.edits().firstCopies().length() > 0
        && stream.sender().account().isOverShare()) {
      return Reason.TOTAL_LIMIT;
    }
    // What waits to be committed does not count: the receiver has room for it.
    long open = Math.min(stream.newEnd(), stream.edits().commit().releasableEnd());
    long waitingBytes = open - stream.releasedEnd();
    return waitingBytes > maxWaitingBytes ? Reason.WINDOW_FULL : null;
  }
}
