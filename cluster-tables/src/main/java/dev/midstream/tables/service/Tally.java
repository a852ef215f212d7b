package dev.midstream.tables.service;

import java.util.concurrent.atomic.LongAdder;

/** Counts what was done. Thread-safe. */
final class Tally {
  final LongAdder connectionsPut = new LongAdder();
  final LongAdder removed = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder dropped = new LongAdder();
  final LongAdder unreadable = new LongAdder();
}
