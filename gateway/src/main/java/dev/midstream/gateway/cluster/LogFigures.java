package dev.midstream.gateway.cluster;

import dev.midstream.engines.log.LogMeter;
import java.util.concurrent.atomic.LongAdder;

/** What the logs of all workers of a node have done. Thread-safe. */
final class LogFigures implements LogMeter {
  final LongAdder records = new LongAdder();
  final LongAdder octets = new LongAdder();
  final LongAdder waiting = new LongAdder();
  final LongAdder refused = new LongAdder();
  final Durations commits = new Durations();

  @Override
  public void append(int bytes) {
    records.increment();
    octets.add(bytes);
  }

  @Override
  public void addWaiting(long change) {
    waiting.add(change);
  }

  @Override
  public void committed(long nanos) {
    commits.add(nanos);
  }

  @Override
  public void refused() {
    refused.increment();
  }
}
