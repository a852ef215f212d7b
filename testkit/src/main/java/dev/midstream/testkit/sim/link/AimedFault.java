package dev.midstream.testkit.sim.link;

import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;

/**
 * A fault that hits one chosen segment of a wire: the n-th match, counted from 1. An instance
 * counts its matches, so it serves one run.
 */
public final class AimedFault {
  private final Target target;
  private final int nth;
  private final Effect effect;
  private final long effectNanos;
  private int fitting;

  /** The effect on the chosen segment. */
  public enum Effect {
    /** It is dropped. */
    DROP,
    /** A copy arrives later by the given time. */
    DUPLICATE,
    /** It arrives later by the given time, and others overtake it. */
    DELAY,
    /** One of its bits is flipped. */
    CORRUPT
  }

  /** Selects the segments that count. */
  @FunctionalInterface
  public interface Target {
    /** Whether the segment counts. */
    boolean fits(FrameView segment);
  }

  private AimedFault(Target target, int nth, Effect effect, long effectNanos) {
    this.target = target;
    this.nth = nth;
    this.effect = effect;
    this.effectNanos = effectNanos;
  }

  /** Drops the n-th match. */
  public static AimedFault drop(int nth, Target target) {
    return new AimedFault(target, nth, Effect.DROP, 0);
  }

  /** Corrupts the n-th match. */
  public static AimedFault corrupt(int nth, Target target) {
    return new AimedFault(target, nth, Effect.CORRUPT, 0);
  }

  /** Delays the n-th match. */
  public static AimedFault delay(int nth, Target target, long nanos) {
    return new AimedFault(target, nth, Effect.DELAY, nanos);
  }

  /** Duplicates the n-th match. */
  public static AimedFault duplicate(int nth, Target target, long nanos) {
    return new AimedFault(target, nth, Effect.DUPLICATE, nanos);
  }

  /** Every segment. */
  public static boolean any(FrameView segment) {
    return segment.tcpHeaderLength() > 0;
  }

  /** Segments with payload. */
  public static boolean data(FrameView segment) {
    return segment.payloadLength() > 0;
  }

  /** Segments without payload that are neither SYN, FIN nor RST. */
  public static boolean pureAck(FrameView segment) {
    int others = TcpFlags.SYN | TcpFlags.FIN | TcpFlags.RST;
    return segment.payloadLength() == 0 && (segment.flags() & others) == 0;
  }

  /** Segments with all these control bits, see {@link TcpFlags}. */
  public static Target flags(int flags) {
    return segment -> (segment.flags() & flags) == flags;
  }

  /**
   * Segments that carry the octet at {@code offset} of the stream with this initial sequence
   * number.
   */
  public static Target carrying(int initialSequence, long offset) {
    SequenceSpace space = new SequenceSpace(initialSequence);
    return segment -> {
      long start = space.offsetOf(segment.sequence(), offset) + (segment.isSyn() ? 1 : 0);
      return start <= offset && offset < start + segment.payloadLength();
    };
  }

  /**
   * Segments that acknowledge the octet at {@code offset} of the stream with this initial sequence
   * number.
   */
  public static Target acknowledging(int initialSequence, long offset) {
    SequenceSpace space = new SequenceSpace(initialSequence);
    return segment -> segment.isAck() && space.offsetOf(segment.acknowledgement(), offset) > offset;
  }

  /**
   * Counts {@code segment} if it matches.
   *
   * @return whether it is the chosen one
   */
  boolean countHit(FrameView segment) {
    return target.fits(segment) && ++fitting == nth;
  }

  Effect effect() {
    return effect;
  }

  long effectNanos() {
    return effectNanos;
  }
}
