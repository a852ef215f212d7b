package dev.midstream.reassembly.lifecycle;

import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.SynCache;
import dev.midstream.reassembly.park.ParkedConnections;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.wire.header.FrameView;
import org.jspecify.annotations.Nullable;

/** All connections of one engine: those of the table, parked ones, and those of the SYN cache. */
public final class KnownConnections {
  private final FlowTable flows;
  private final SynCache cache;
  private final ParkedConnections parked;
  private final RuleTable rules;
  private final Replica waiting;

  /**
   * The connections of these places.
   *
   * @param waiting records of another engine that are not read yet
   */
  public KnownConnections(
      FlowTable flows, SynCache cache, ParkedConnections parked, RuleTable rules, Replica waiting) {
    this.waiting = waiting;
    this.flows = flows;
    this.parked = parked;
    this.cache = cache;
    this.rules = rules;
  }

  /** Number of connections. */
  public int size() {
    return flows.size() + cache.size() + parked.size();
  }

  /** Those of the table. */
  public FlowTable flows() {
    return flows;
  }

  /** The parked ones. */
  public ParkedConnections parked() {
    return parked;
  }

  /** The half-open connections. */
  public SynCache halfOpen() {
    return cache;
  }

  /** Whether the connection of a segment waits to be read after a takeover. */
  public boolean findsWaiting(FrameView view) {
    return waiting.size() > 0 && waiting.find(flows.key(view)) != null;
  }

  /** What is done with the packets of a segment's connection; null if it is not known. */
  public @Nullable Handling handlingOf(FrameView view) {
    Connection connection = flows.peek(view);
    if (connection != null) {
      return connection.handling();
    }
    int known = parked.find(view);
    if (known != ParkedConnections.NONE) {
      return parked.head(known).handling();
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
    int known = parked.find(view);
    if (known != ParkedConnections.NONE) {
      return parked.head(known).rule();
    }
    int record = cache.find(view);
    return record == SynCache.NONE ? null : rules.rule(cache.rule(record));
  }
}
