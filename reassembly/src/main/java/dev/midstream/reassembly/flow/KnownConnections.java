package dev.midstream.reassembly.flow;

import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.wire.header.FrameView;
import org.jspecify.annotations.Nullable;

/** All connections of one engine: those of the table, and the half-open ones of the SYN cache. */
public final class KnownConnections {
  private final FlowTable flows;
  private final SynCache cache;
  private final RuleTable rules;

  public KnownConnections(FlowTable flows, SynCache cache, RuleTable rules) {
    this.flows = flows;
    this.cache = cache;
    this.rules = rules;
  }

  /** Number of connections. */
  public int size() {
    return flows.size() + cache.size();
  }

  /** The half-open connections. */
  public SynCache halfOpen() {
    return cache;
  }

  /** What is done with the packets of a segment's connection; null if it is not known. */
  public @Nullable Handling handlingOf(FrameView view) {
    Connection connection = flows.peek(view);
    if (connection != null) {
      return connection.handling();
    }
    int record = cache.find(view);
    return record == SynCache.NONE ? null : cache.handling(record);
  }

  /** The rule of a segment's connection; null if it is not known. */
  public @Nullable Rule ruleOf(FrameView view) {
    Connection connection = flows.peek(view);
    if (connection != null) {
      return connection.rule();
    }
    int record = cache.find(view);
    return record == SynCache.NONE ? null : rules.rule(cache.rule(record));
  }
}
