package dev.midstream.reassembly.rewrite;

import dev.midstream.modcmd.call.AgentCursor;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.modcmd.map.WindowMap;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryAccount;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.stream.DroppedSpan;
import dev.midstream.reassembly.stream.SendWindow;
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
  int rewrite(Segment segment, long advertised) {
    Stream stream = segment.reverse();
    int field = segment.view().windowField();
    WindowMap window = stream.sender().window();
    boolean syn = segment.view().isSyn();
    long offered = (long) field << (syn ? 0 : window.scale());
    SendWindow sendWindow = stream.receiver().sendWindow();
    sendWindow.noteWindow(offered);
    if (configuration.vantage() == Vantage.RECORDING) {
      return field;
    }
    long newest = stream.receiver().knownEnd();
    // The base of the window is the segment's own acknowledgement, which may be old.
    long base = Math.min(newest, stream.space().offsetOf(segment.acknowledgement(), newest));
    sendWindow.update(segment.orgStart(), base, offered);
    int mapped =
        syn
            ? window.advertiseInSyn(wanted(segment.connection(), stream, advertised), advertised)
            : advertise(segment.connection(), stream, advertised);
    leave(segment, mapped);
    return mapped;
  }

  /** Processes inline the window of a segment that leaves with {@code field}, as the one before. */
  void repeat(Segment segment, int field) {
    Stream stream = segment.reverse();
    long offered = (long) segment.windowField() << stream.sender().window().scale();
    SendWindow sendWindow = stream.receiver().sendWindow();
    sendWindow.update(segment.orgStart(), sendWindow.acknowledged(), offered);
    leave(segment, field);
  }

  private void leave(Segment segment, int field) {
    if (field != segment.windowField()) {
      counters.count(Reason.WINDOW_MAPPED);
      segment.editor().window(field);
    }
  }

  /** The field for later segments without SYN, after {@code segment} left with {@code field}. */
  int fieldAfter(Segment segment, long advertised, int field) {
    if (!segment.view().isSyn()) {
      return field;
    }
    WindowMap window = segment.reverse().sender().window();
    boolean recorded = configuration.vantage() == Vantage.RECORDING;
    return recorded ? field >> window.scale() : window.fieldOfEdge(advertised);
  }

  /**
   * The field that advertises the window of {@code stream}'s receiver beside this ACK. The scale of
   * a connection that was picked up is unknown, so its field is at most the receiver's last one.
   */
  public int advertise(Connection connection, Stream stream, long advertised) {
    long wanted = wanted(connection, stream, advertised);
    boolean waiting = isWaiting(connection, stream);
    int field = stream.sender().window().advertise(wanted, advertised, waiting);
    return connection.isPickedUp()
        ? (int) Math.min(field, stream.receiver().sendWindow().lastWindowBytes())
        : field;
  }

  private static boolean isWaiting(Connection connection, Stream stream) {
    return stream.newEnd() > stream.releasedEnd() && connection.handshakes().isWhole();
  }

  /**
   * Whether the window has grown enough since it was last advertised for a window update, so that
   * silly windows are avoided (RFC 9293 section 3.8.6.2.2).
   */
  public boolean isGrown(Connection connection, Stream stream, long advertised) {
    WindowMap window = stream.sender().window();
    long edge = window.shownEdge();
    long minGrowth = edge <= advertised ? 1 : Math.max(1, minUpdateBytes(stream));
    long newRight = stream.receiver().sendWindow().rightEdge();
    boolean none = stream.sender().undecided().length() == 0 && !isDropping(stream);
    if (none && window.rightEdge(newRight) < edge + minGrowth) {
      return false;
    }
    long wanted = wanted(connection, stream, advertised);
    return wanted >= edge + minGrowth
        && window.growth(wanted, advertised, isWaiting(connection, stream)) >= minGrowth;
  }

  /**
   * The right edge to advertise: that of the receiver, within the limits of kept octets. If all
   * held octets are in custody, it extends as far as the agent needs octets (H-14): held octets
   * fill the buffer of the engine, not that of the receiver. At the limit of commands it stays.
   */
  private long wanted(Connection connection, Stream stream, long advertised) {
    WindowMap window = stream.sender().window();
    if (connection.isAtCommandLimit(stream)) {
      return window.grantedEdge();
    }
    if (isDropping(stream)) {
      return droppedEdge(stream, advertised);
    }
    long newRight = stream.receiver().sendWindow().rightEdge();
    long edge = window.targetEdge(newRight, unsillyLimit(stream, advertised));
    return isMoreNeeded(stream) ? Math.max(edge, neededEdge(connection, stream)) : edge;
  }

  /** Whether the next octets are deleted, and no output waits before them. */
  private static boolean isDropping(Stream stream) {
    return stream.edits().dropped().isOpen() && stream.newEnd() == stream.releasedEnd();
  }

  /**
   * The edge in a dropped span: its octets take nothing of the receiver's window, so that it may be
   * closed. They are offered the largest window that the receiver ever advertised, above what is
   * acknowledged, at most to what it has room for after the span (H-53).
   */
  private long droppedEdge(Stream stream, long advertised) {
    DroppedSpan dropped = stream.edits().dropped();
    long offered = Math.min(limit(stream), advertised + largestOffered(stream));
    if (dropped.isEndless()) {
      return offered;
    }
    long newRight = stream.receiver().sendWindow().rightEdge();
    return Math.min(offered, dropped.end() + Math.max(0, newRight - stream.newEnd()));
  }

  /**
   * Whether the agent waits for octets that only a larger window lets in: all held octets are in
   * custody, and no output waits that would move the receiver's edge.
   */
  private static boolean isMoreNeeded(Stream stream) {
    AgentCursor cursor = stream.sender().cursor();
    int held = stream.sender().undecided().length();
    boolean waits = cursor.shownLength() > 0 || (held > 0 && held < cursor.needLength());
    return waits
        && !cursor.isAwaitingOther()
        && stream.edits().custodyEnd()
            >= Math.min(stream.heldEnd(), stream.sender().window().edge())
        && stream.newEnd() == stream.releasedEnd()
        && !isEndLetIn(stream);
  }

  /**
   * Whether the sender's FIN is known, and all octets before it are let in. They are not if the
   * engine before this one has let them in, and they are lost.
   */
  private static boolean isEndLetIn(Stream stream) {
    FinMap fin = stream.edits().fin();
    return fin.isKnown() && stream.sender().window().edge() >= fin.orgFin();
  }

  /**
   * The end of the octets that the agent should see. It is rounded up, so that an agent that asks
   * octet by octet cannot cause silly windows, and it grows by enough to be advertised. For an
   * agent that names no number the window gets no larger than the largest one that the sender has
   * seen: after a larger one the sender would take all later windows for silly ones.
   */
  private long neededEdge(Connection connection, Stream stream) {
    int needed = stream.sender().cursor().needLength();
    long mss = stream.receiver().mssBytes();
    long more = needed > 0 ? usableBytes(stream) : Math.min(mss, largestBytes(stream));
    long end = Math.max(stream.decided() + needed, stream.heldEnd() + more);
    if (keepsOut(connection, stream)) {
      end = Math.max(end, stream.sender().window().edge() + usableBytes(stream));
    }
    return Math.min(end, holdEnd(connection, stream));
  }

  /**
   * Whether the advertised edge keeps octets out that would follow undecided ones. Octets beyond
   * the agent's limit are let in too, because then the hold policy decides.
   */
  public boolean keepsOut(Connection connection, Stream stream) {
    boolean bound =
        configuration.vantage() == Vantage.INLINE
            && connection.handling() == Handling.EDITED
            && !connection.isPickedUp()
            && !isEndLetIn(stream);
    long roomEnd = Math.min(stream.heldEnd() + usableBytes(stream), holdEnd(connection, stream));
    return bound && stream.sender().window().shownEdge() < roomEnd;
  }

  /** The end of what the agent may leave undecided, and one octet more. */
  private long holdEnd(Connection connection, Stream stream) {
    return stream.decided() + connection.terms().undecidedBytes() + 1L;
  }

  /**
   * The room for which a sender may wait: a segment, or half of the largest window that it ever saw
   * (RFC 9293 section 3.8.6.2.1).
   */
  private static long usableBytes(Stream stream) {
    return Math.min(stream.receiver().mssBytes(), Math.ceilDiv(largestBytes(stream), 2));
  }

  /** The largest window that the sender has seen; at least one octet. */
  private static long largestBytes(Stream stream) {
    return Math.max(1, stream.sender().window().largestBytes());
  }

  /**
   * The limit of kept octets, or of the windows of a receiver whose buffer may be smaller than two
   * segments: it may open by half its buffer only (RFC 9293 section 3.8.6.2.2). Octets that edits
   * delete make its window larger for the sender. After a window larger than the buffer the sender
   * would take all later ones for silly windows, and wait for a timer before each segment (section
   * 3.8.6.2.1).
   */
  private long unsillyLimit(Stream stream, long advertised) {
    long largest = largestOffered(stream);
    boolean small = largest < 2L * stream.receiver().mssBytes();
    return small ? Math.min(limit(stream), advertised + largest) : limit(stream);
  }

  /** The largest window that the receiver ever advertised; at least one octet. */
  private static long largestOffered(Stream stream) {
    return Math.max(1, stream.receiver().sendWindow().largestWindowBytes());
  }

  /** Smallest growth of a window that is advertised (RFC 9293 section 3.8.6.2.2). */
  private static long minUpdateBytes(Stream stream) {
    return Math.min(
        stream.receiver().mssBytes(), stream.receiver().sendWindow().largestWindowBytes() / 2);
  }

  /** The limit of kept octets: those that edits added and the overhead of segments count, too. */
  private long limit(Stream stream) {
    long orgAcknowledged = stream.edits().map().acknowledgement(stream.acknowledged());
    long newBytes = stream.newEnd() - stream.acknowledged();
    long addedBytes = Math.max(0, newBytes - (stream.decided() - orgAcknowledged));
    long overheadBytes = stream.sender().delayed().overheadBytes();
    long end = orgAcknowledged + configuration.limits().delayedBytes() - addedBytes - overheadBytes;
    return budget.isUnderPressure() ? withinShare(stream, end) : end;
  }

  /** {@code orgLimit}, or what the stream's share of the memory leaves; at least one segment. */
  private static long withinShare(Stream stream, long orgLimit) {
    MemoryAccount account = stream.sender().account();
    long leftBytes = account.shareBytes() - account.keptBytes();
    int segmentBytes = stream.receiver().usualSegmentBytes();
    long next = stream.heldEnd() + segmentBytes;
    return Math.max(next, Math.min(orgLimit, stream.heldEnd() + leftBytes));
  }
}
