package dev.midstream.reassembly.rewrite;

import dev.midstream.modcmd.map.WindowMap;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.stream.Stream;

/**
 * Maps the window of a segment: the receiver's right edge, as far as it is advertised to the
 * sender. In a recording the field does not change.
 */
public final class WindowRewrite {
  private final EngineConfiguration configuration;
  private final MemoryBudget budget;
  private final Counters counters;

  WindowRewrite(EngineConfiguration configuration, MemoryBudget budget, Counters counters) {
    this.configuration = configuration;
    this.budget = budget;
    this.counters = counters;
  }

  /** Processes and replaces the window of a segment; returns the field that it leaves with. */
  int rewrite(Segment segment, long shown) {
    Stream stream = segment.reverse();
    int field = segment.view().windowField();
    WindowMap window = stream.sender().window();
    boolean syn = segment.view().isSyn();
    long offered = (long) field << (syn ? 0 : window.scale());
    stream.receiver().sendWindow().noteWindow(offered);
    if (configuration.vantage() == Vantage.RECORDING) {
      return field;
    }
    stream
        .receiver()
        .sendWindow()
        .update(segment.orgStart(), acknowledged(segment, stream), offered);
    int mapped =
        syn
            ? advertiseInSyn(segment.connection(), stream, shown)
            : advertise(segment.connection(), stream, shown);
    if (mapped != field) {
      counters.count(Reason.WINDOW_MAPPED);
      segment.editor().window(mapped);
    }
    return mapped;
  }

  /** The field for later segments without SYN, after {@code segment} left with {@code field}. */
  int fieldAfter(Segment segment, long shown, int field) {
    if (!segment.view().isSyn()) {
      return field;
    }
    WindowMap window = segment.reverse().sender().window();
    boolean recorded = configuration.vantage() == Vantage.RECORDING;
    return recorded ? field >> window.scale() : window.fieldOfEdge(shown);
  }

  /** The field that shows the window of {@code stream}'s receiver beside {@code shown}. */
  public int advertise(Connection connection, Stream stream, long shown) {
    return stream
        .sender()
        .window()
        .advertise(wanted(connection, stream), shown, isWaiting(connection, stream));
  }

  private static boolean isWaiting(Connection connection, Stream stream) {
    return stream.newEnd() > stream.releasedEnd() && connection.handshakes().isWhole();
  }

  /**
   * Whether the window has grown enough since it was last advertised for a window update, so that
   * silly windows are avoided (RFC 9293 section 3.8.6.2.2).
   */
  public boolean isGrown(Connection connection, Stream stream, long shown) {
    long edge = stream.sender().window().edge();
    long minGrowth = edge <= shown ? 1 : Math.max(1, minUpdateBytes(stream));
    boolean none = stream.sender().undecided().length() == 0;
    if (none
        && stream.sender().window().rightEdge(stream.receiver().sendWindow().rightEdge())
            < edge + minGrowth) {
      return false;
    }
    long wanted = wanted(connection, stream);
    boolean waiting = isWaiting(connection, stream);
    return wanted >= edge + minGrowth
        && stream.sender().window().growth(wanted, shown, waiting) >= minGrowth;
  }

  private int advertiseInSyn(Connection connection, Stream stream, long shown) {
    return stream.sender().window().advertiseInSyn(wanted(connection, stream), shown);
  }

  /**
   * The right edge to advertise: that of the receiver, within the limits of kept octets. If all
   * held octets are in custody, it extends as far as the agent needs octets (H14): held octets fill
   * the buffer of the engine, not that of the receiver.
   */
  private long wanted(Connection connection, Stream stream) {
    long edge =
        stream
            .sender()
            .window()
            .targetEdge(stream.receiver().sendWindow().rightEdge(), limit(stream));
    boolean needs =
        stream.sender().undecided().length() > 0
            && stream.edits().custodyEnd()
                >= Math.min(stream.heldEnd(), stream.sender().window().edge())
            && stream.newEnd() == stream.releasedEnd()
            && !stream.edits().fin().isKnown();
    return needs ? Math.max(edge, stream.decided() + neededBytes(connection, stream)) : edge;
  }

  /**
   * Number of undecided octets that the agent should see. It is rounded up to a segment, so that an
   * agent that asks octet by octet cannot cause silly windows.
   */
  private long neededBytes(Connection connection, Stream stream) {
    int needed = stream.sender().cursor().needLength();
    long more = needed > 0 ? minUpdateBytes(stream) : stream.receiver().mssBytes();
    int max = Math.min(connection.terms().maxHeldBytes(), configuration.limits().holdBytes());
    return Math.min(Math.max(needed, stream.sender().undecided().length() + more), max);
  }

  /** Smallest growth of a window that is advertised (RFC 9293 section 3.8.6.2.2). */
  private static long minUpdateBytes(Stream stream) {
    return Math.min(
        stream.receiver().mssBytes(), stream.receiver().sendWindow().largestWindowBytes() / 2);
  }

  private long limit(Stream stream) {
    if (budget.isUnderPressure()) {
      return stream.heldEnd() + stream.receiver().mssBytes();
    }
    long acknowledged = stream.acknowledged();
    long orgAcknowledged = stream.edits().map().acknowledgement(acknowledged);
    return orgAcknowledged
        + configuration.limits().delayedBytes()
        - extraBytes(stream, acknowledged, orgAcknowledged);
  }

  /** Kept octets in excess of the sender's own between acknowledgement and edge. */
  private static long extraBytes(Stream stream, long acknowledged, long orgAcknowledged) {
    long newBytes = stream.newEnd() - acknowledged;
    long orgBytes = stream.decided() - orgAcknowledged;
    long overheadBytes = (long) stream.sender().delayed().size() * DelayedSegments.OVERHEAD_BYTES;
    return Math.max(0, newBytes - orgBytes) + overheadBytes;
  }

  /** The base of the window: the segment's own acknowledgement, which may be old. */
  private static long acknowledged(Segment segment, Stream stream) {
    long newest = stream.acknowledged();
    return Math.min(newest, stream.space().offsetOf(segment.acknowledgement(), newest));
  }
}
