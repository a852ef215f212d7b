package dev.midstream.reassembly.rewrite;

import dev.midstream.modcmd.map.UrgentRule;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.stream.EcnState;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.header.TcpOptionsView;
import java.util.function.BiConsumer;

/**
 * Rewrites the header fields of a segment, except the sequence number: acknowledgement, SACK,
 * window, timestamps and urgent pointer.
 */
public final class HeaderRewrite {
  private static final int CONGESTION = TcpFlags.ECE | TcpFlags.CWR | TcpFlags.AE;

  private final boolean inline;
  private final Policies policies;
  private final Counters counters;
  private final AcknowledgementRewrite acknowledgements;
  private final SackRewrite sacks;
  private final WindowRewrite windows;

  /** Calls {@code custody} inline before each acknowledgement to advertise is computed. */
  public HeaderRewrite(
      EngineConfiguration configuration,
      MemoryBudget budget,
      Counters counters,
      BiConsumer<Connection, Stream> custody) {
    inline = configuration.vantage() == Vantage.INLINE;
    policies = configuration.policies();
    this.counters = counters;
    acknowledgements = new AcknowledgementRewrite(configuration.vantage(), counters, custody);
    sacks = new SackRewrite(configuration.vantage());
    windows = new WindowRewrite(configuration, budget, counters);
  }

  /** Maps acknowledgements, also for segments that the engine makes. */
  public AcknowledgementRewrite acknowledgements() {
    return acknowledgements;
  }

  /** Maps windows, also for segments that the engine makes. */
  public WindowRewrite windows() {
    return windows;
  }

  /** Rewrites in place. The editor stays open for the sequence number and the flags. */
  public void rewrite(Segment segment) {
    FrameView view = segment.view();
    SenderHeaders headers = segment.stream().headers();
    segment.editor().edit(view);
    if (!view.options().hasOnlyTimestamps()) {
      stripMultipath(segment);
      stripAccurateEcn(segment);
    }
    boolean isFirst = view.isSyn() && !view.isAck();
    if (isFirst) {
      takeSynTimestamps(segment);
    }
    boolean late = !isFirst && keepTimestampsFresh(segment, headers);
    if (view.isAck()) {
      rewriteAckFields(segment, headers, late);
    }
  }

  /**
   * Rewrites in place a segment without new octets to acknowledge, which says what the last one of
   * its end said, as {@link SenderHeaders#isSaidAtRest} tells. The editor stays open.
   */
  public void rewriteAsBefore(Segment segment) {
    SenderHeaders headers = segment.stream().headers();
    segment.editor().edit(segment.view());
    keepTimestampsFresh(segment, headers);
    Stream reverse = segment.reverse();
    acknowledgements.repeat(segment);
    segment.editor().acknowledgement(reverse.space().sequenceOf(headers.acknowledgement()));
    windows.repeat(segment, headers.window());
  }

  /**
   * Rewrites in place an ACK of a connection at rest without accurate ECN, which acknowledges more:
   * up to {@code newPosition}. It has no octets, no flag but ACK and no option but timestamps. The
   * editor stays open.
   */
  public void rewriteNext(Segment segment, long newPosition) {
    SenderHeaders headers = segment.stream().headers();
    segment.editor().edit(segment.view());
    boolean late = keepTimestampsFresh(segment, headers);
    Stream reverse = segment.reverse();
    long advertised = acknowledgements.processNext(segment, newPosition);
    segment.editor().acknowledgement(reverse.space().sequenceOf(advertised));
    headers.updateAck(advertised, windows.rewrite(segment, advertised));
    headers.takeSynAckAnswer();
    if (!late) {
      headers.ecn().updateFlags(0, false);
    }
  }

  /**
   * Removes Multipath TCP (RFC 8684) if the policy says so; the editor must be open. Without the
   * option on the SYNs, plain TCP is negotiated. Connections that keep it are not edited.
   */
  public void stripMultipath(Segment segment) {
    TcpOptionsView options = segment.view().options();
    while (policies.multipath() == Policies.Multipath.STRIP && options.hasMultipath()) {
      segment.editor().eraseOption(options.multipathOffset(), options.multipathLength());
    }
  }

  /**
   * Removes accurate ECN (RFC 9768 section 3.2.3) inline if the acknowledged stream has another
   * length, because the option counts octets that the other end did not send (H-46).
   */
  private void stripAccurateEcn(Segment segment) {
    TcpOptionsView options = segment.view().options();
    boolean strips = inline && segment.reverse().edits().commands().offset() != 0;
    while (strips && options.hasAccurateEcn()) {
      segment.editor().eraseOption(options.accurateEcnOffset(), options.accurateEcnLength());
    }
  }

  /**
   * Takes the timestamps of a SYN without ACK, which leaves with its own, as long as its end has
   * sent nothing else: an engine that takes over needs them.
   */
  public void takeSynTimestamps(Segment segment) {
    TcpOptionsView options = segment.view().options();
    SenderHeaders headers = segment.stream().headers();
    if (options.hasTimestamps() && headers.timestampEcho() == 0) {
      int echo = options.timestampEcho();
      headers.updateTimestamps(options.timestampValue(), echo, false, segment.nowNanos());
    }
  }

  /** Returns whether a segment has older timestamps than its end has sent, which it loses. */
  private boolean keepTimestampsFresh(Segment segment, SenderHeaders headers) {
    TcpOptionsView options = segment.view().options();
    if (!options.hasTimestamps()) {
      return false;
    }
    boolean old = isOld(segment);
    int value = options.timestampValue();
    int echo = options.timestampEcho();
    if (!old || !headers.hasTimestamps()) {
      segment.reverse().headers().takeEchoedTimestamp(echo, segment.nowNanos());
    }
    boolean late = headers.updateTimestamps(value, echo, old, segment.nowNanos());
    if (late && inline) {
      headers.advanceTimestamp(segment.nowNanos()); // its end has been silent in their place
    }
    if (late) {
      segment.editor().timestamps(headers.timestampValue(), headers.timestampEcho());
    }
    return late;
  }

  /**
   * Whether a segment lies below everything the receiver processes, keep-alives included. None does
   * before anything was advertised to its sender. The receiver of a connection that was picked up
   * may lack octets from before.
   */
  private boolean isOld(Segment segment) {
    long first = segment.connection().isPickedUp() ? Long.MIN_VALUE : 0;
    long advertised = Math.max(first, segment.stream().sender().advertised());
    return inline && !segment.view().isSyn() && segment.orgEnd() + 1 < advertised;
  }

  private void rewriteAckFields(Segment segment, SenderHeaders headers, boolean late) {
    Stream reverse = segment.reverse();
    long before = headers.acknowledgement();
    int windowBefore = headers.window();
    long highestBefore = acknowledgements.highestAck(reverse);
    long advertised = acknowledgements.process(segment);
    boolean acknowledgesMore = acknowledgements.highestAck(reverse) > highestBefore;
    segment.editor().acknowledgement(reverse.space().sequenceOf(advertised));
    int blocks = 0;
    if (!segment.view().options().hasOnlyTimestamps()) {
      acknowledgesMore |= sacks.reportsOwnRetransmission(segment);
      blocks = sacks.rewrite(segment, advertised);
    }
    long edgeBefore = reverse.receiver().sendWindow().rightEdge();
    long shownBefore = reverse.sender().window().edge();
    int window = windows.rewrite(segment, advertised);
    boolean opens = reverse.sender().window().edge() > shownBefore;
    boolean windowMoved = reverse.receiver().sendWindow().rightEdge() != edgeBefore;
    headers.updateAck(advertised, windows.fieldAfter(segment, advertised, window));
    boolean answersSyn = headers.takeSynAckAnswer();
    boolean newest = !late && hasNewestAck(segment);
    boolean marked = updateEcnFlags(segment, headers, answersSyn, newest);
    boolean advertisesMore =
        answersSyn
            || advertised > before
            || window != windowBefore
            || opens
            || blocks > 0
            || marked;
    segment.noteHeaders(advertisesMore, acknowledgesMore, windowMoved);
  }

  /**
   * Takes the ECN flags of a segment, not of a SYN, and what it reports only if it does not come
   * late. A pure ACK of a SYN-ACK has no counter of accurate ECN, but tells how the SYN-ACK was
   * marked (RFC 9768 section 3.2.2.1).
   *
   * @return whether they report what those before did not
   */
  private static boolean updateEcnFlags(
      Segment segment, SenderHeaders headers, boolean answersSyn, boolean newest) {
    if (segment.view().isSyn()) {
      return false;
    }
    boolean accurate = segment.connection().isAccurateEcn();
    boolean tells =
        answersSyn
            && accurate
            && segment.length() == 0
            && segment.view().options().sackBlocks() == 0;
    int flags = segment.flags() & CONGESTION;
    if (!accurate
        && (flags & TcpFlags.CWR) != 0
        && segment.reverse().headers().ecn().takeReduction()) {
      segment.noteReduction();
    }
    return newest
        && headers.ecn().updateFlags(tells ? EcnState.countOfSynAck(flags) : flags, accurate);
  }

  /** Whether a segment does not acknowledge less than its end did before. */
  private boolean hasNewestAck(Segment segment) {
    Stream reverse = segment.reverse();
    long highest = acknowledgements.highestAck(reverse);
    return reverse.space().offsetOf(segment.acknowledgement(), highest) >= highest;
  }

  /**
   * Keeps or clears the urgent flag, after the octets of the segment are decided. The flag stays
   * only if the octet before the pointer is decided (H-37).
   */
  public void rewriteUrgent(Segment segment) {
    if (policies.urgent() == Policies.Urgent.RESET) {
      segment.connection().wantReset(Reason.URGENT_CLEARED);
    }
    if (policies.urgent() == Policies.Urgent.PASS) {
      long orgEnd = segment.orgStart() + segment.view().urgentPointer();
      long newEnd = UrgentRule.end(segment.stream().edits().map(), orgEnd);
      segment.setUrgentEnd(newEnd);
      if (newEnd != UrgentRule.NO_END) {
        return;
      }
    }
    counters.count(Reason.URGENT_CLEARED);
    segment.setFlags(segment.flags() & ~TcpFlags.URG);
    segment.editor().flags(segment.flags()).urgentPointer(0);
  }
}
