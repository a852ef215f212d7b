package dev.midstream.reassembly.fastpath;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rewrite.AcknowledgementRewrite;
import dev.midstream.reassembly.stream.SendWindow;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.reassembly.stream.SenderSide;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.fastpath.FlowEntry;
import java.util.Arrays;

/**
 * Moves a connection to where its entries are, as if the engine had forwarded the segments. Numbers
 * that no end may have sent are limited: the table forwards what a stranger made up, as a bridge
 * does, and its ends drop that.
 */
final class EntryReader {
  private static final int FURTHEST_AHEAD_BYTES = 1 << 30;
  private static final int PROBE_BYTES = 1;
  private static final long NANOS_OF_MICROSECOND = 1_000;

  /** A segment may be overtaken by those that were sent so many ticks after it, 3 s. */
  private static final int OVERTAKEN_TICKS = 3_000_000;

  private static final byte[] NO_LINK = new byte[FlowEntry.LINK_BYTES];

  private final byte[] link = new byte[FlowEntry.LINK_BYTES];

  /** Notes when the ends of {@code connection} sent last, as its entries tell. */
  void touch(Connection connection, EntryPair pair, long nowNanos) {
    for (Direction each : Direction.BOTH) {
      FlowEntry entry = pair.of(each);
      if (entry.packets() > 0) {
        connection.seen().touch(each, Math.min(nowNanos, entry.nanos()));
      }
    }
  }

  /** Moves {@code connection} to where its entries are. */
  void learn(Connection connection, EntryPair pair, long nowNanos) {
    if (!connection.hasStreams()) {
      return;
    }
    for (Direction each : Direction.BOTH) {
      takeOctets(connection.stream(each), pair.of(each), pair.of(each.opposite()));
    }
    for (Direction each : Direction.BOTH) {
      if (pair.of(each).packets() > 0) {
        takeHeaders(connection, each, pair.of(each), nowNanos);
      }
    }
    for (Direction each : Direction.BOTH) {
      takeTsRecent(connection.stream(each), pair.of(each), pair.of(each.opposite()), nowNanos);
    }
    connection.setAtRest(false);
    connection.setTrimmed(false);
  }

  /**
   * Takes the octets of {@code stream} that passed, whose receiver is told of by {@code reverse}.
   */
  private void takeOctets(Stream stream, FlowEntry entry, FlowEntry reverse) {
    long more = distance(stream, stream.decided(), entry.end());
    if (more > 0 && stream.edits().opaque().isOpen()) {
      long orgEnd = stream.decided() + more;
      stream.edits().opaque().skipTo(Math.min(orgEnd, orgLimit(stream, reverse)));
      stream.receiver().sendWindow().noteProbe(stream.newEnd());
      stream.sender().noteSeen(stream.decided());
      stream.receiver().releaseTo(stream.newEnd());
      long before = stream.receiver().retransmit().swapReleased(stream.newNext());
      if (before < stream.newNext()) {
        stream.receiver().rtt().endMeasurement();
      }
    }
  }

  /**
   * The end of what the receiver may have let in, below the end of the span. One octet beyond its
   * window may have been a probe (RFC 9293 section 3.8.6.1), which it lets in if it has just read.
   */
  private static long orgLimit(Stream stream, FlowEntry reverse) {
    SendWindow window = stream.receiver().sendWindow();
    long bytes = (long) reverse.windowField() << stream.sender().window().scale();
    long newAcknowledged = newAcknowledged(stream, reverse);
    long newEdge = Math.max(window.furthestEdge(), newAcknowledged + bytes);
    long orgEdge = newEdge + PROBE_BYTES - stream.edits().commands().offset();
    return Math.min(orgEdge, stream.edits().opaque().end() - 1);
  }

  private static long newAcknowledged(Stream stream, FlowEntry reverse) {
    long known = stream.acknowledged();
    return known + distance(stream, known, reverse.acknowledgement());
  }

  /**
   * How far {@code sequence} lies beyond {@code position}. The table forwards less than 2^31 octets
   * of an entry and the one segment after them. The engine may be ahead by what waited before it.
   */
  private static long distance(Stream stream, long position, int sequence) {
    int behind = stream.space().sequenceOf(position) - FURTHEST_AHEAD_BYTES;
    return Integer.toUnsignedLong(sequence - behind) - FURTHEST_AHEAD_BYTES;
  }

  /** Takes the headers of {@code direction}, after the octets of both directions. */
  private void takeHeaders(
      Connection connection, Direction direction, FlowEntry entry, long nowNanos) {
    Stream stream = connection.stream(direction);
    Stream reverse = connection.reverse(stream);
    long nanos = Math.min(nowNanos, entry.nanos());
    SenderHeaders headers = stream.headers();
    entry.copyLink(link);
    if (!Arrays.equals(link, NO_LINK)) { // a packet counts before its addresses are noted
      headers.template().link(link);
    }
    headers.noteAtRest(0, 0, Long.MIN_VALUE);
    if (headers.hasTimestamps()) {
      headers.updateTimestamps(entry.timestamp(), entry.timestampEcho(), false, nanos);
    }
    long newAcknowledged = Math.min(newAcknowledged(reverse, entry), reverse.releasedEnd());
    if (newAcknowledged >= reverse.acknowledged()) {
      takeAcknowledgement(stream, reverse, newAcknowledged, entry.windowField(), nanos);
    }
  }

  private static void takeAcknowledgement(
      Stream stream, Stream reverse, long newAcknowledged, int field, long nanos) {
    long orgAdvertised = AcknowledgementRewrite.learn(reverse, newAcknowledged, nanos);
    long bytes = (long) field << reverse.sender().window().scale();
    SendWindow window = reverse.receiver().sendWindow();
    window.noteWindow(bytes);
    window.update(stream.decided(), newAcknowledged, bytes);
    reverse.sender().window().raiseTo(orgAdvertised + bytes);
    reverse.sender().window().onAdvertised(orgAdvertised, field);
    stream.headers().updateAck(orgAdvertised, field);
  }

  /**
   * Takes what the receiver of {@code stream} echoed in {@code reverse}: its TS.Recent (RFC 7323
   * section 4.3) is that of the engine.
   */
  private void takeTsRecent(Stream stream, FlowEntry entry, FlowEntry reverse, long nowNanos) {
    SenderSide sender = stream.sender();
    int echo = reverse.timestampEcho();
    boolean mayBeNew = sender.isTimestamping() && entry.packets() > 0 && reverse.packets() > 0;
    long nanos = sentBefore(echo, entry, nowNanos);
    if (mayBeNew && !sender.isOlderThanTsRecent(echo, nanos)) {
      sender.setTsRecent(echo, nanos);
    }
  }

  /**
   * A time before which the sender sent the value {@code echo}: that of its newest packet, less the
   * ticks of its clock since, which are no shorter than a microsecond. The value of that packet may
   * be a little older, if it was overtaken.
   */
  private static long sentBefore(int echo, FlowEntry entry, long nowNanos) {
    int ticks = entry.timestamp() - echo;
    long micros = ticks < 0 && ticks >= -OVERTAKEN_TICKS ? 0 : Integer.toUnsignedLong(ticks);
    return Math.min(nowNanos, entry.nanos()) - micros * NANOS_OF_MICROSECOND;
  }
}
