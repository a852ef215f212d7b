package dev.midstream.reassembly.rewrite;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.modcmd.map.SackMap;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Edits;
import dev.midstream.reassembly.stream.ReceiverSide;
import dev.midstream.reassembly.stream.SendWindow;
import dev.midstream.reassembly.stream.Stream;
import java.util.function.BiConsumer;

/**
 * Processes the acknowledgement of every arriving segment at once, whatever happens to its payload,
 * and computes the acknowledgement to advertise to the other end.
 */
public final class AcknowledgementRewrite {
  private final Vantage vantage;
  private final Counters counters;
  private final BiConsumer<Connection, Stream> custody;

  /** Calls {@code custody} inline before an acknowledgement to advertise is computed. */
  AcknowledgementRewrite(
      Vantage vantage, Counters counters, BiConsumer<Connection, Stream> custody) {
    this.vantage = vantage;
    this.counters = counters;
    this.custody = custody;
  }

  /**
   * Processes the acknowledgement of a segment, which must carry one.
   *
   * @return the acknowledgement to advertise, as an offset in the acknowledged stream: in original
   *     space, or in new space in a recording
   */
  public long process(Segment segment) {
    Stream stream = segment.reverse();
    if (segment.connection().isPickedUp()) {
      beginAtAcknowledged(segment, stream);
    }
    if (vantage == Vantage.RECORDING) {
      processRecorded(segment, stream);
    } else {
      long before = stream.acknowledged();
      processInline(segment, stream);
      if (stream.acknowledged() == before && stream.sender().advertised() >= 0) {
        custody.accept(segment.connection(), stream);
        if (isLeftToReceiver(stream, stream.sender().advertised())) {
          return stream.sender().advertised();
        }
      }
    }
    return advertise(segment.connection(), stream);
  }

  /**
   * Whether deleted octets at the acknowledgement are left to the receiver: octets or a FIN of the
   * sender are in flight, and none in custody lie beyond {@code orgSent}. The receiver's ACK for
   * them then covers the deleted octets, too, after a whole round trip, which the sender measures.
   * An insertion next to the deletion is the engine's to retransmit, so that it is owned at once.
   * What the receiver itself has acknowledged is not left to it: that waits for a record at most.
   */
  public static boolean isLeftToReceiver(Stream stream, long orgSent) {
    OffsetMap map = stream.edits().map();
    long acknowledged = stream.acknowledged();
    long newSent = stream.edits().fin().isOwn() ? stream.releasedEnd() : stream.newNext();
    if (stream.edits().custodyEnd() > orgSent || newSent <= acknowledged) {
      return false;
    }
    long orgAcknowledged = map.acknowledgement(acknowledged);
    return map.after(orgAcknowledged) <= acknowledged && isShown(stream, orgAcknowledged);
  }

  /**
   * Whether the sender was shown what the receiver has acknowledged, without deleted octets
   * directly after it that are not folded.
   */
  private static boolean isShown(Stream stream, long orgAcknowledged) {
    if (stream.sender().advertised() >= orgAcknowledged) {
      return true;
    }
    CommandList commands = stream.edits().commands();
    long orgEnd = orgAcknowledged;
    int last = commands.countOutputEndingAt(stream.acknowledged()) - 1;
    for (int i = last; i >= 0 && isDeletionBefore(commands, i, orgEnd, stream); i--) {
      orgEnd = commands.orgSeq(i);
    }
    return stream.sender().advertised() >= orgEnd;
  }

  /** Whether a command deletes the octets before {@code orgEnd}, after what is acknowledged. */
  private static boolean isDeletionBefore(
      CommandList commands, int index, long orgEnd, Stream stream) {
    return commands.newLength(index) == 0
        && commands.orgEnd(index) == orgEnd
        && commands.newSeq(index) == stream.acknowledged();
  }

  /**
   * Processes inline a new acknowledgement of a connection at rest, up to {@code newPosition},
   * which may be shown.
   *
   * @return the acknowledgement to advertise, in original space
   */
  long processNext(Segment segment, long newPosition) {
    Stream stream = segment.reverse();
    stream.receiver().retransmit().attempts().noteSegment(segment.nowNanos());
    stream.receiver().rtt().onSynAcknowledged(segment.nowNanos());
    free(stream, newPosition, segment.nowNanos());
    return stream.sender().advertise(stream.edits().map().acknowledgement(newPosition));
  }

  /** Processes inline an acknowledgement that is the highest one of its end, again. */
  void repeat(Segment segment) {
    segment.reverse().receiver().retransmit().attempts().noteSegment(segment.nowNanos());
  }

  /**
   * Begins at what the receiver acknowledges. Octets up to there that did not leave here left
   * before the connection was picked up; so did a FIN.
   */
  private void beginAtAcknowledged(Segment segment, Stream stream) {
    FinMap fin = stream.edits().fin();
    long position = stream.space().offsetOf(segment.view().acknowledgement(), stream.heldEnd());
    if (!fin.isKnown()) {
      beginAt(stream, position);
    } else if (position <= fin.orgFin() + 1) {
      beginAt(stream, Math.min(position, fin.orgFin()));
      boolean onlyFinWaits =
          !fin.isReleased()
              && stream.decided() == fin.orgFin()
              && stream.releasedEnd() == stream.newEnd();
      if (position > fin.orgFin() && vantage == Vantage.INLINE && onlyFinWaits) {
        stream.edits().noteFinAcknowledgedBefore();
      }
    }
  }

  /** In a recording the receiver has the octets that are held. */
  private void beginAt(Stream stream, long position) {
    long knownEnd = vantage == Vantage.INLINE ? stream.releasedEnd() : stream.heldEnd();
    if (position > knownEnd) {
      stream.beginAt(position);
    }
  }

  /**
   * Maps the newest acknowledgement once more, because later decisions can raise the result.
   *
   * @param stream the acknowledged stream
   * @return the acknowledgement to advertise
   */
  public long advertise(Connection connection, Stream stream) {
    SendWindow sendWindow = stream.receiver().sendWindow();
    if (sendWindow.pickedUpPosition() < 0) {
      return stream.sender().advertise(sendWindow.pickedUpPosition());
    }
    if (vantage == Vantage.RECORDING) {
      long mapped = stream.edits().fin().acknowledgementForward(sendWindow.orgAcknowledged());
      return stream.sender().advertise(Math.min(mapped, stream.newNext()));
    }
    custody.accept(connection, stream);
    long acknowledged = sendWindow.acknowledged();
    long covered = covered(stream);
    long mapped = stream.edits().commit().showable(covered, acknowledged);
    long end = custodyEnd(stream, mapped);
    if (endsAtVouched(stream, end)) {
      return stream.sender().advertised();
    }
    if (mapped == covered && stream.edits().commit().isOn()) {
      stream.sender().custody().onAcknowledged(mapped);
    }
    return stream.sender().advertise(end);
  }

  /** K, or what the receiver has acknowledged itself if an acknowledgement must not end at K. */
  private static long custodyEnd(Stream stream, long orgAcknowledged) {
    long inCustody = stream.edits().custodyEnd();
    boolean isShowable =
        inCustody > 0
            && inCustody > orgAcknowledged
            && !endsAtVouched(stream, inCustody)
            && !endsInReported(stream, inCustody);
    return isShowable ? inCustody : orgAcknowledged;
  }

  /** What the receiver's acknowledgement covers. */
  public static long covered(Stream stream) {
    return stream.edits().fin().acknowledgement(stream.acknowledged());
  }

  /**
   * Whether an acknowledgement would end where octets begin that the engine reported, because their
   * record is not committed yet: their sender would take them for discarded (RFC 2018 section 8).
   */
  private static boolean endsAtVouched(Stream stream, long orgEnd) {
    return stream.edits().commit().isOn()
        && stream.sender().custody().vouched().firstOutside(orgEnd) > orgEnd;
  }

  /**
   * The same for octets that the receiver has reported since the custody of those before them was
   * asked for.
   */
  private static boolean endsInReported(Stream stream, long orgEnd) {
    if (!stream.edits().commit().isOn()) {
      return false;
    }
    RangeSet reported = stream.receiver().scoreboard().sacked();
    SackMap sack = stream.edits().sack();
    boolean inside = false;
    for (int i = 0; i < reported.size() && !inside; i++) {
      long start = sack.start(reported.start(i), orgEnd);
      inside = start <= orgEnd && sack.end(reported.end(i)) > orgEnd;
    }
    return inside;
  }

  /** The receiver's highest acknowledgement of {@code stream}, in the space of the receiver. */
  long highestAck(Stream stream) {
    SendWindow sendWindow = stream.receiver().sendWindow();
    return vantage == Vantage.RECORDING ? sendWindow.orgAcknowledged() : sendWindow.acknowledged();
  }

  private void processRecorded(Segment segment, Stream stream) {
    long org = stream.space().offsetOf(segment.view().acknowledgement(), stream.heldEnd());
    SendWindow sendWindow = stream.receiver().sendWindow();
    if (segment.connection().isPickedUp() && sendWindow.orgAcknowledged() == 0) {
      sendWindow.notePickedUp(org);
    }
    sendWindow.noteRecordedAck(org);
    FinMap fin = stream.edits().fin();
    if (stream.isFinBeyondGap() && org > fin.orgFin() + 1 && org <= stream.sender().orgSeenEnd()) {
      // The receiver got octets beyond it, so it was none.
      stream.edits().withdrawFin();
    }
    if (org > (fin.isKnown() ? fin.orgFin() + 1 : stream.sender().orgSeenEnd())) {
      counters.count(Reason.ACK_BEYOND_SENT);
    }
    free(stream, stream.edits().map().acknowledgementForward(org), segment.nowNanos());
  }

  private void processInline(Segment segment, Stream stream) {
    SendWindow sendWindow = stream.receiver().sendWindow();
    long received =
        stream.space().offsetOf(segment.view().acknowledgement(), sendWindow.acknowledged());
    long position = isFinTooEarly(segment, stream) ? received - 1 : received;
    stream.receiver().retransmit().attempts().noteSegment(segment.nowNanos());
    boolean isBefore = sendWindow.acknowledged() == 0 || sendWindow.pickedUpPosition() < 0;
    if (segment.connection().isPickedUp() && isBefore) {
      sendWindow.notePickedUp(position);
    }
    if (stream.receiver().isBeyondSent(position)) {
      counters.count(Reason.ACK_BEYOND_SENT);
    } else {
      if (position >= 0) {
        stream.receiver().rtt().onSynAcknowledged(segment.nowNanos());
      }
      long released = stream.releasedEnd();
      long known = stream.receiver().noteSentTo(position, segment.nowNanos());
      if (stream.releasedEnd() > released) {
        forgetPushes(stream, stream.releasedEnd());
      }
      free(stream, known, segment.nowNanos());
    }
  }

  /** Whether a segment acknowledges a FIN before the octets in front of it were released. */
  private static boolean isFinTooEarly(Segment segment, Stream stream) {
    FinMap fin = stream.edits().fin();
    return segment.connection().isPickedUp()
        && fin.isKnown()
        && !fin.hasLeft()
        && segment.view().acknowledgement() == stream.space().sequenceOf(fin.orgFin() + 1);
  }

  /** Octets before {@code newPosition} have left another engine, with their marks. */
  private static void forgetPushes(Stream stream, long newPosition) {
    boolean all = newPosition >= stream.newEnd();
    long org = all ? stream.decided() : stream.edits().map().acknowledgement(newPosition);
    stream.sender().pushMarks().takeUpTo(org, newPosition);
  }

  /**
   * Acknowledges what is decided now and was acknowledged before, because the engine before this
   * one had decided it. It need not leave again.
   */
  public static void acknowledgeBefore(Stream stream, long nowNanos) {
    long newPosition = stream.receiver().noteLeftBefore();
    if (newPosition > stream.acknowledged()) {
      forgetPushes(stream, newPosition);
      free(stream, newPosition, nowNanos);
    }
  }

  /**
   * Takes what the receiver acknowledged while its segments were not seen here.
   *
   * @param newPosition at most the end of what was released
   * @return the acknowledgement that its sender got, in original space
   */
  public static long learn(Stream stream, long newPosition, long nanos) {
    stream.receiver().retransmit().attempts().noteSegment(nanos);
    free(stream, newPosition, nanos);
    return stream.sender().advertise(stream.edits().map().acknowledgement(stream.acknowledged()));
  }

  /** Acknowledges all of {@code stream} and its FIN, which must have left. */
  public static void acknowledgeAll(Stream stream, long nowNanos) {
    free(stream, stream.newNext(), nowNanos);
  }

  /** Moves A and frees the octets below it. */
  private static void free(Stream stream, long newPosition, long nowNanos) {
    Edits edits = stream.edits();
    SendWindow sendWindow = stream.receiver().sendWindow();
    long before = sendWindow.acknowledged();
    boolean advanced = sendWindow.acknowledgeTo(newPosition);
    if (advanced) {
      edits.freeBelow(newPosition);
      advance(stream, newPosition - before, nowNanos);
    }
    long acknowledged = sendWindow.acknowledged();
    if (!stream.sender().replaced().isEmpty()) {
      stream.sender().replaced().freeBelow(edits.map().acknowledgement(acknowledged));
    }
    edits.makeRoom(acknowledged);
  }

  private static void advance(Stream stream, long newBytes, long nowNanos) {
    ReceiverSide receiver = stream.receiver();
    long newPosition = stream.acknowledged();
    receiver.rtt().onAcknowledged(newPosition, nowNanos);
    receiver.retransmit().onAcknowledged(newBytes);
    if (receiver.ownAnswers().hasAny()) {
      receiver.ownAnswers().onAcknowledged(nowNanos, receiver.rtt().shortestNanos());
    }
    receiver.scoreboard().onAcknowledged(newPosition, receiver.sendWindow().largestWindowBytes());
    long orgPosition = stream.edits().map().acknowledgement(newPosition);
    boolean isKept =
        stream.edits().opaque().isKeptFrom(orgPosition)
            && !stream.edits().omitted().isAnyBeyond(newPosition);
    stream.sender().gapFill().onAcknowledged(newPosition, isKept);
    if (stream.edits().commit().isShowable(orgPosition, newPosition)) {
      stream.sender().custody().onAcknowledged(orgPosition);
    }
  }
}
