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
 * Maps the window of a segment: the receiver's right edge, as far as the sender may know it. In a
 * recording the field stays as it is.
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

  /** Takes the window of a segment and puts the one to show in its place; the field shown. */
  int rewrite(Segment segment, long shown) {
    Stream stream = segment.reverse();
    int field = segment.view().windowField();
    WindowMap window = stream.sender().window();
    boolean syn = segment.view().isSyn();
    long offered = (long) field << (syn ? 0 : window.scale());
    stream.receiver().sendWindow().offered(offered);
    if (configuration.vantage() == Vantage.RECORDING) {
      return field;
    }
    stream
        .receiver()
        .sendWindow()
        .window(segment.orgStart(), acknowledged(segment, stream), offered);
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

  /** The field that a segment without SYN behind {@code segment}, which shows it, is to carry. */
  int fieldBehind(Segment segment, long shown, int field) {
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
   * Whether the window has grown so much since it was shown that its sender is to be told, without
   * being led to send tiny segments (RFC 9293 section 3.8.6.2.2).
   */
  public boolean isGrown(Connection connection, Stream stream, long shown) {
    long edge = stream.sender().window().edge();
    long least = edge <= shown ? 1 : Math.max(1, worthTellingBytes(stream));
    boolean none = stream.sender().undecided().length() == 0;
    if (none
        && stream.sender().window().rightEdge(stream.receiver().sendWindow().rightEdge())
            < edge + least) {
      return false;
    }
    long wanted = wanted(connection, stream);
    boolean waiting = isWaiting(connection, stream);
    return wanted >= edge + least
        && stream.sender().window().growth(wanted, shown, waiting) >= least;
  }

  private int advertiseInSyn(Connection connection, Stream stream, long shown) {
    return stream.sender().window().advertiseInSyn(wanted(connection, stream), shown);
  }

  /**
   * The right edge to show: the receiver's, as far as the limits of what is kept allow, and beyond
   * it as far as the agent needs to see octets, once all that are held are in custody: they are in
   * nobody's buffer but the engine's.
   */
  private long wanted(Connection connection, Stream stream) {
    long edge =
        stream.sender().window().targetEdge(stream.receiver().sendWindow().rightEdge(), limit(stream));
    boolean needs =
        stream.sender().undecided().length() > 0
            && stream.edits().custodyEnd()
                >= Math.min(stream.heldEnd(), stream.sender().window().edge())
            && stream.newEnd() == stream.releasedEnd()
            && !stream.edits().fin().isKnown();
    return needs ? Math.max(edge, stream.decided() + neededBytes(connection, stream)) : edge;
  }

  /**
   * How many undecided octets the agent should see: what it asked for, or some more. One that asks
   * for octet after octet leads nobody to send them one by one.
   */
  private long neededBytes(Connection connection, Stream stream) {
    int needed = stream.sender().cursor().needLength();
    long more = needed > 0 ? worthTellingBytes(stream) : stream.receiver().mssBytes();
    int most = Math.min(connection.terms().mostHeldBytes(), configuration.limits().holdBytes());
    return Math.min(Math.max(needed, stream.sender().undecided().length() + more), most);
  }

  /** How much a window grows at least (RFC 9293 section 3.8.6.2.2). */
  private static long worthTellingBytes(Stream stream) {
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

  /** What is kept beside the sender's octets between acknowledgement and edge. */
  private static long extraBytes(Stream stream, long acknowledged, long orgAcknowledged) {
    long newBytes = stream.newEnd() - acknowledged;
    long orgBytes = stream.decided() - orgAcknowledged;
    long overheadBytes = (long) stream.sender().delayed().size() * DelayedSegments.OVERHEAD_BYTES;
    return Math.max(0, newBytes - orgBytes) + overheadBytes;
  }

  /** What the window counts from: the segment's own acknowledgement, which may be an old one. */
  private static long acknowledged(Segment segment, Stream stream) {
    long newest = stream.acknowledged();
    return Math.min(newest, stream.space().offsetOf(segment.acknowledgement(), newest));
  }
}
