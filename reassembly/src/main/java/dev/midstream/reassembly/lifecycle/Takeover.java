package dev.midstream.reassembly.lifecycle;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rewrite.AcknowledgementRewrite;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.SendWindow;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.WaitTimes;

/**
 * Derives what an engine does not know of a connection of which it has only the essential state:
 * from that state, from the handshakes, and otherwise as at an opening. All of it are lower bounds,
 * which the next segments of both ends correct.
 */
public final class Takeover {
  /** The largest value of the window field. */
  private static final long MAX_FIELD = 65_535;

  private final ConnectionOpening opening;
  private final CommitMode mode;

  /** Takes over from engines whose log has {@code mode}. */
  public Takeover(ConnectionOpening opening, CommitMode mode) {
    this.opening = opening;
    this.mode = mode;
  }

  /** Derives the rest of {@code connection}, which is new here. */
  public void derive(Connection connection, long nowNanos) {
    if (!connection.hasStreams()) {
      return;
    }
    if (connection.isPickedUp()) {
      Direction.BOTH.forEach(each -> ConnectionOpening.pickUp(connection.stream(each)));
    } else if (connection.handshakes().isWhole()) {
      boolean isIpv4 = connection.sender(Direction.CLIENT_TO_SERVER).address().length() == 4;
      opening.agree(connection, isIpv4 ? 4 : 6);
    }
    for (Direction each : Direction.BOTH) {
      derive(connection, connection.stream(each), nowNanos);
      if (connection.stream(each).edits().fin().isReached()) {
        connection.seen().markFinished(each);
      }
    }
    if (connection.handling() != Handling.EDITED) {
      return;
    }
    boolean isOpening = connection.state() == ConnectionState.OPENING;
    for (Direction each : Direction.BOTH) {
      Stream stream = connection.stream(each);
      if (!isOpening || connection.handshakes().known(each.opposite()).answer()) {
        advertise(connection, stream);
      }
      stream.headers().takeSynEcho(connection.reverse(stream).headers());
    }
    if (isOpening) {
      connection.stream(Direction.CLIENT_TO_SERVER).headers().requireSynAckAnswer();
    }
  }

  /**
   * Derives what was released, acknowledged and advertised. Decided octets may have been released
   * as far as the receiver's window went. Opaque ones left when they came.
   */
  private void derive(Connection connection, Stream stream, long nowNanos) {
    long freedBelow = stream.edits().firstCopies().freedBelow();
    boolean isPickedUp = connection.isPickedUp();
    if (!isPickedUp || stream.receiver().sendWindow().isPickedUpHeard()) {
      stream.receiver().sendWindow().acknowledgeTo(Math.max(freedBelow, unkeptEnd(stream)));
      stream.edits().freeBelow(stream.acknowledged());
    }
    boolean hasWindow = connection.handling() == Handling.EDITED && !isPickedUp;
    if (hasWindow) {
      limitToScale(stream);
    }
    long open = hasWindow ? stream.receiver().sendWindow().rightEdge() : Long.MAX_VALUE;
    long passed = stream.edits().map().before(stream.edits().opaque().unstoredEnd());
    long released = Math.max(stream.acknowledged(), Math.max(passed, open));
    stream.receiver().releaseTo(Math.min(stream.newEnd(), released));
    FinMap fin = stream.edits().fin();
    if (fin.isSettled() && (stream.acknowledged() > fin.newFin() || !hasWindow)) {
      stream.edits().releaseFin();
    }
    stream.receiver().retransmit().swapReleased(stream.newNext());
    if (hasWindow) {
      long largestBytes = MAX_FIELD << stream.sender().window().scale();
      boolean replaysExactly = connection.terms().replaysExactly();
      CommitMode before = mode.of(replaysExactly, false);
      stream.receiver().inherited().begin(largestBytes, before, replaysExactly, nowNanos);
      stream.sender().window().raiseLargestTo(largestBytes);
    } else if (isPickedUp) {
      stream.receiver().inherited().beginUnheard();
    }
    stream.sender().noteSeen(stream.heldEnd());
    long held = stream.sender().undecided().length();
    stream.sender().waitTimes().setHeldSince(held > 0 ? nowNanos : WaitTimes.NEVER);
    if (hasWindow) {
      stream.sender().window().raiseTo(stream.edits().custodyEnd());
    }
  }

  /**
   * The end of the octets in custody that are not kept. They were opaque, and their receiver had
   * acknowledged them when those after them were taken into custody.
   */
  private static long unkeptEnd(Stream stream) {
    long orgEnd = Math.min(stream.edits().custodyEnd(), stream.decided());
    long newEnd = stream.edits().map().before(orgEnd);
    long freedBelow = stream.edits().firstCopies().freedBelow();
    return stream.edits().firstCopies().lastMissingEnd(Math.min(freedBelow, newEnd), newEnd);
  }

  /**
   * Believes the window of a handshake, which is not scaled, as far as later ones can show it. The
   * window that was shown last may be as small.
   */
  private static void limitToScale(Stream stream) {
    int scale = stream.sender().window().scale();
    SendWindow window = stream.receiver().sendWindow();
    window.setRightEdge(window.rightEdge() >> scale << scale);
  }

  /** Derives what was advertised to the sender of {@code stream} in its receiver's name. */
  static void advertise(Connection connection, Stream stream) {
    if (connection.isPickedUp() && !stream.receiver().sendWindow().isPickedUpHeard()) {
      return; // what its receiver lacks was sent before, and is not known
    }
    long acknowledged =
        connection.isPickedUp()
            ? stream.receiver().sendWindow().pickedUpPosition()
            : AcknowledgementRewrite.covered(stream);
    long custodyEnd = stream.edits().custodyEnd();
    long advertised =
        stream
            .sender()
            .advertise(custodyEnd > 0 ? Math.max(acknowledged, custodyEnd) : acknowledged);
    int field = stream.sender().window().fieldOfEdge(advertised);
    connection.reverse(stream).headers().updateAck(advertised, field);
  }
}
