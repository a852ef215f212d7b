package dev.midstream.gateway.tables;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Expectation;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import dev.midstream.tables.CommonTables;
import dev.midstream.tables.entry.ExpectationEntry;
import dev.midstream.tables.entry.TableKey.ExpectationKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What the tables were told of the expectations of a bucket under one epoch (HSI-6). */
final class ExpectationCensus {
  /** An expectation that was made anew stays longer than was told. */
  private static final long TOLERATED_MILLIS = 1_000;

  private final NodeId self;
  private final int bucket;
  private final long epoch;
  private final Map<ExpectationKey, Listed> listed = new HashMap<>();

  /** An entry, and when the tables forget it by themselves, in milliseconds since 1970. */
  private record Listed(ExpectationEntry entry, long endMillis) {}

  /** Nothing was told. */
  ExpectationCensus(NodeId self, int bucket, long epoch) {
    this.self = self;
    this.bucket = bucket;
    this.epoch = epoch;
  }

  /**
   * Tells the tables what has changed.
   *
   * @param nowMillis milliseconds since 1970
   */
  void update(List<Written> expected, CommonTables tables, long nowMillis) {
    Set<ExpectationKey> found = new HashSet<>();
    for (Written each : expected) {
      ExpectationKey key = keyOf(each);
      found.add(key);
      long restMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(each.restNanos()));
      Listed known = listed.get(key);
      if (known == null
          || known.entry.opened() != each.opened()
          || nowMillis + restMillis - known.endMillis > TOLERATED_MILLIS) {
        long revision = known == null ? 1 : known.entry.revision() + 1;
        ExpectationEntry entry = entryOf(key, revision, each, restMillis);
        listed.put(key, new Listed(entry, nowMillis + restMillis));
        tables.put(entry);
      }
    }
    listed
        .keySet()
        .removeIf(key -> {
          boolean isOver = !found.contains(key);
          if (isOver) {
            tables.remove(key);
          }
          return isOver;
        });
  }

  private ExpectationKey keyOf(Written each) {
    Expectation expectation = each.expected().expectation();
    return new ExpectationKey(
        TableEnds.keyOf(bucket, each.expected().parent()),
        expectation.opener() == Direction.CLIENT_TO_SERVER,
        TableEnds.of(expectation.to()));
  }

  private ExpectationEntry entryOf(
      ExpectationKey key, long revision, Written each, long restMillis) {
    Expectation expectation = each.expected().expectation();
    return new ExpectationEntry(
        key,
        epoch,
        revision,
        self,
        each.expected().rule().name(),
        each.opened(),
        expectation.connections(),
        restMillis,
        expectation.context());
  }
}
