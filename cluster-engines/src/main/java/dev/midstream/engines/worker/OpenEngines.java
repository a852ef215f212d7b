package dev.midstream.engines.worker;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.status.EngineStatus;
import dev.midstream.reassembly.status.StatusQuery;
import dev.midstream.wire.header.FrameView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/** The open engines of a worker as one: which of them is at work, and what all of them know. */
public final class OpenEngines {
  private final BucketStates states;
  private final Buckets buckets;
  private final Counters counters = new Counters();
  private boolean isAtWork;
  private int working;
  private boolean isWithCallers;
  private boolean isWithAll;

  /** What the engines have counted that are closed. */
  private EngineStatus closed = EngineStatus.EMPTY;

  OpenEngines(BucketStates states, Buckets buckets) {
    this.states = states;
    this.buckets = buckets;
  }

  /**
   * Which engine was at work when a call failed.
   *
   * @param isWithCallers whether it was given the packet of the caller
   * @param isWithAll whether it worked on all of its connections, so that none is the one which has
   *     failed
   */
  record Working(int place, boolean isWithCallers, boolean isWithAll) {}

  /** The engine at {@code place} is at work now, with one connection at a time. */
  void enter(int place) {
    begin(place, /* callers= */ false, /* all= */ false);
  }

  /** The same with a packet, which may be the one of the caller. */
  void enterWith(int place, boolean isOfCaller) {
    begin(place, isOfCaller, /* all= */ false);
  }

  /** The engine at {@code place} is at work now, with all of its connections. */
  void enterAll(int place) {
    begin(place, /* callers= */ false, /* all= */ true);
  }

  private void begin(int place, boolean callers, boolean all) {
    isAtWork = true;
    working = place;
    isWithCallers = callers;
    isWithAll = all;
  }

  /** No engine is at work. */
  void leave() {
    isAtWork = false;
  }

  /** The engine that was at work when a call failed, which is no more; null if none was. */
  @Nullable Working takeWorking() {
    Working failed = isAtWork ? new Working(working, isWithCallers, isWithAll) : null;
    isAtWork = false;
    return failed;
  }

  /** Counts what belongs to no engine. */
  public Counters counters() {
    return counters;
  }

  /** Keeps what {@code engine} has counted, which is closed now. */
  void close(Engine engine) {
    closed = closed.plus(EngineStatus.of(engine.counters()), 0);
  }

  /** The number of connections of all engines. */
  public int connections() {
    int sum = 0;
    for (int place = 0; place < states.places(); place++) {
      OwnedBucket owned = states.owned(place);
      sum += owned == null ? 0 : owned.engine().connections();
    }
    return sum;
  }

  /** The rule of a segment's connection, which may be one to come; null if it is not here. */
  public @Nullable Rule ruleOf(FrameView view, long nowNanos) {
    OwnedBucket owned = states.owned(buckets.of(view));
    return owned == null ? null : owned.engine().ruleOf(view, nowNanos);
  }

  /** Begins a scan of all engines that are open now. */
  public StatusQuery scanStatus(int maxConnections) {
    List<StatusQuery> scans = new ArrayList<>();
    forEach((engine, bucket) -> scans.add(engine.scanStatus(maxConnections)));
    return new Scan(scans, closed.plus(EngineStatus.of(counters), 0), maxConnections);
  }

  /**
   * Begins a sweep of the connections of all buckets that are open now.
   *
   * @param sinceNanos as in {@link Engine#sweep}, for a bucket that was open under the same epoch
   *     when the sweep {@code before} began
   * @param before the sweep before; null for none
   */
  public BucketSweep sweep(long sinceNanos, @Nullable BucketSweep before, long nowNanos) {
    return new BucketSweep(states, sinceNanos, before, nowNanos);
  }

  /** One scan after the other. */
  private static final class Scan implements StatusQuery {
    private final Deque<StatusQuery> left;
    private final int maxConnections;
    private EngineStatus sum;

    Scan(List<StatusQuery> scans, EngineStatus counted, int maxConnections) {
      left = new ArrayDeque<>(scans);
      this.maxConnections = maxConnections;
      sum = counted;
    }

    @Override
    public boolean step(long nowNanos) {
      StatusQuery first = left.peek();
      if (first != null && !first.step(nowNanos)) {
        sum = sum.plus(left.remove().result(), maxConnections);
      }
      return !left.isEmpty();
    }

    @Override
    public EngineStatus result() {
      return sum;
    }
  }

  void forEach(ObjIntConsumer<Engine> observer) {
    for (int place = 0; place < states.places(); place++) {
      OwnedBucket owned = states.owned(place);
      if (owned != null) {
        observer.accept(owned.engine(), place);
      }
    }
  }
}
