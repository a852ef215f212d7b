package dev.midstream.testkit.sim.link;

import java.util.function.Consumer;

/**
 * The faults of a wire in one direction. Rates are fractions of all frames, 0 to 1.
 *
 * @param loss rate of dropped frames
 * @param duplication rate of duplicated frames
 * @param reordering rate of frames that are delayed so that later ones overtake them
 * @param reorderNanos maximum delay of a reordered frame
 * @param corruption rate of frames with a wrong bit after the IPv4 header, so that the checksum is
 *     wrong
 * @param jitterNanos maximum extra delay that keeps the order
 * @param bursts rate of frames that start a burst of losses
 * @param burstFrames frames in a burst
 * @param marking rate of ECN-capable frames that get a congestion mark
 * @param fromNanos time before which the wire has no faults
 * @param untilNanos time from which it has none
 * @param downFromNanos time from which it drops every frame
 * @param downUntilNanos time from which it no longer does; {@link Long#MAX_VALUE} for a wire that
 *     is cut
 */
public record WireFaults(
    double loss,
    double duplication,
    double reordering,
    long reorderNanos,
    double corruption,
    long jitterNanos,
    double bursts,
    int burstFrames,
    double marking,
    long fromNanos,
    long untilNanos,
    long downFromNanos,
    long downUntilNanos) {

  /** A wire without faults. */
  public static final WireFaults NONE =
      new WireFaults(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Long.MAX_VALUE, 0, 0);

  /** A wire that only drops frames. */
  public static WireFaults losing(double rate) {
    return NONE.withLoss(rate);
  }

  /** Whether it drops every frame for ever, from some time on. */
  public boolean isCut() {
    return downUntilNanos == Long.MAX_VALUE;
  }

  /** Whether random faults happen at {@code nowNanos}. */
  boolean isActiveAt(long nowNanos) {
    return nowNanos >= fromNanos && nowNanos < untilNanos;
  }

  /** Whether every frame is dropped at {@code nowNanos}. */
  boolean isDownAt(long nowNanos) {
    return nowNanos >= downFromNanos && nowNanos < downUntilNanos;
  }

  /** A copy with another rate of losses. */
  public WireFaults withLoss(double rate) {
    return with(draft -> draft.loss = rate);
  }

  /** A copy with another rate of duplicates. */
  public WireFaults withDuplication(double rate) {
    return with(draft -> draft.duplication = rate);
  }

  /** A copy with another rate and delay of reordered frames. */
  public WireFaults withReordering(double rate, long nanos) {
    return with(draft -> {
      draft.reordering = rate;
      draft.reorderNanos = nanos;
    });
  }

  /** A copy with another rate of damaged frames. */
  public WireFaults withCorruption(double rate) {
    return with(draft -> draft.corruption = rate);
  }

  /** A copy with another jitter. */
  public WireFaults withJitter(long nanos) {
    return with(draft -> draft.jitterNanos = nanos);
  }

  /** A copy with other bursts of losses. */
  public WireFaults withBursts(double rate, int frames) {
    return with(draft -> {
      draft.bursts = rate;
      draft.burstFrames = frames;
    });
  }

  /** A copy with another rate of congestion marks. */
  public WireFaults withMarking(double rate) {
    return with(draft -> draft.marking = rate);
  }

  /** A copy without random faults before {@code nanos}. */
  public WireFaults withStart(long nanos) {
    return with(draft -> draft.fromNanos = nanos);
  }

  /** A copy without random faults from {@code nanos} on. */
  public WireFaults withEnd(long nanos) {
    return with(draft -> draft.untilNanos = nanos);
  }

  /** A copy that drops every frame from {@code nanos} on, for ever. */
  public WireFaults withCut(long nanos) {
    return withOutage(nanos, Long.MAX_VALUE);
  }

  /** A copy that drops every frame in this time. */
  public WireFaults withOutage(long from, long until) {
    return with(draft -> {
      draft.downFromNanos = from;
      draft.downUntilNanos = until;
    });
  }

  private WireFaults with(Consumer<Draft> edit) {
    Draft draft = new Draft(this);
    edit.accept(draft);
    return draft.faults();
  }

  /** A copy that is being changed. */
  private static final class Draft {
    private double loss;
    private double duplication;
    private double reordering;
    private long reorderNanos;
    private double corruption;
    private long jitterNanos;
    private double bursts;
    private int burstFrames;
    private double marking;
    private long fromNanos;
    private long untilNanos;
    private long downFromNanos;
    private long downUntilNanos;

    Draft(WireFaults of) {
      loss = of.loss;
      duplication = of.duplication;
      reordering = of.reordering;
      reorderNanos = of.reorderNanos;
      corruption = of.corruption;
      jitterNanos = of.jitterNanos;
      bursts = of.bursts;
      burstFrames = of.burstFrames;
      marking = of.marking;
      fromNanos = of.fromNanos;
      untilNanos = of.untilNanos;
      downFromNanos = of.downFromNanos;
      downUntilNanos = of.downUntilNanos;
    }

    WireFaults faults() {
      return new WireFaults(
          loss,
          duplication,
          reordering,
          reorderNanos,
          corruption,
          jitterNanos,
          bursts,
          burstFrames,
          marking,
          fromNanos,
          untilNanos,
          downFromNanos,
          downUntilNanos);
    }
  }
}
