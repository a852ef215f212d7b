package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.store.OctetSnapshot;

/**
 * What was decided and promised in one direction since its last record, as octets. All of it lies
 * beyond the positions of a {@link DecisionMark}. Positions are absolute, so that a reader may know
 * a lower bound where they advance without a decision.
 *
 * <p>One is reused for all connections of an engine. Not thread-safe.
 */
public final class StreamStep {
  private static final int COMMANDS = 1;
  private static final int SPANS = 1 << 1;
  private static final int FIN = 1 << 2;
  private static final int COUNT = 1 << 3;
  private static final int COPIES = 1 << 4;
  private static final int HELD = 1 << 5;
  private static final int HEADERS = 1 << 6;
  private static final int PICKED_UP = 1 << 7;
  private static final int ALL = (1 << 8) - 1;

  private final StreamSnapshot snapshot;

  /** Writes headers by {@code snapshot}. */
  public StreamStep(StreamSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  /**
   * Asks for a record of no octets that were thrown away since it was asked for one; returns
   * whether the last record holds some of these.
   */
  public static boolean lowerCustody(Stream stream) {
    long end = stream.sender().delayed().contiguousEnd(stream.heldEnd());
    return stream.edits().commit().lowerCustody(end);
  }

  /** Whether commands that are in no record are folded, so that only a whole record tells them. */
  public static boolean isFolded(Stream stream) {
    CommandList commands = stream.edits().commands();
    DecisionMark since = stream.edits().commit().written();
    return commands.appended() - commands.size() > since.commands()
        || commands.basePosition() > since.commandsEnd();
  }

  /** Writes what came since the last record of {@code stream} was written. */
  public void write(Stream stream, StateWriter out, long nowNanos) {
    Edits edits = stream.edits();
    DecisionMark since = edits.commit().written();
    int parts = partsOf(stream, since);
    out.octet(parts);
    if ((parts & COMMANDS) != 0) {
      writeCommands(edits.commands(), since, out);
    }
    out.number(stream.decided());
    if ((parts & SPANS) != 0) {
      edits.opaque().write(out);
      edits.dropped().write(out);
    }
    if ((parts & FIN) != 0) {
      edits.fin().writeEssential(out, false);
    }
    if ((parts & COUNT) != 0) {
      out.number(edits.count() << 1 | (edits.isSpanEndWanted() ? 1 : 0));
    }
    if ((parts & COPIES) != 0) {
      snapshot.copies().writeSince(edits, since, out);
    }
    if ((parts & HELD) != 0) {
      long from = Math.max(stream.decided(), since.custody());
      out.number(edits.recordedCustodyEnd());
      out.number(from);
      StreamSnapshot.writeHeld(stream, from, edits.recordedCustodyEnd(), out);
    }
    if ((parts & HEADERS) != 0) {
      snapshot.writeHeaders(stream.headers(), out, nowNanos);
      stream.headers().noteRecorded();
    }
    if ((parts & PICKED_UP) != 0) {
      stream.receiver().sendWindow().writeEssential(out);
    }
  }

  private int partsOf(Stream stream, DecisionMark since) {
    Edits edits = stream.edits();
    boolean hasCommands =
        edits.commands().appended() > since.commands()
            || edits.commands().orgEnd() > since.commandsEnd();
    return (hasCommands ? COMMANDS : 0)
        | (since.isSpanChanged(edits) ? SPANS : 0)
        | (since.isFinChanged(edits) ? FIN : 0)
        | (since.isCountChanged(edits) ? COUNT : 0)
        | (hasCopies(edits, since) ? COPIES : 0)
        | (edits.recordedCustodyEnd() > since.custody() ? HELD : 0)
        | (stream.headers().isRecorded() ? 0 : HEADERS)
        | (isPickedUp(stream.receiver().sendWindow()) ? PICKED_UP : 0);
  }

  private static boolean isPickedUp(SendWindow window) {
    return window.isPickedUpHeard() || window.droppedBelow() > 0;
  }

  private boolean hasCopies(Edits edits, DecisionMark since) {
    return edits.map().newEnd() > since.newEnd()
        || since.isFinChanged(edits)
        || snapshot.copies().isOwnedSince(edits, since);
  }

  /**
   * Adds what {@link #write} wrote to {@code stream}, to which nothing else happened since.
   *
   * @throws MalformedState if it does not follow on what the stream holds
   */
  public void read(StateReader in, Stream stream, long nowNanos) {
    try {
      readParts(in, stream, nowNanos);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw e instanceof MalformedState known
          ? known
          : new MalformedState("step does not fit its stream", e);
    }
  }

  private void readParts(StateReader in, Stream stream, long nowNanos) {
    Edits edits = stream.edits();
    int parts = in.octet() & ALL;
    if ((parts & COMMANDS) != 0) {
      readCommands(in, edits.commands());
    }
    decide(stream, in.position());
    if ((parts & SPANS) != 0) {
      edits.opaque().read(in);
      edits.dropped().read(in);
    }
    if ((parts & FIN) != 0) {
      edits.fin().readEssential(in);
    }
    if ((parts & COUNT) != 0) {
      long count = in.position();
      edits.setCount(count >>> 1, (count & 1) != 0);
    }
    if ((parts & COPIES) != 0) {
      OctetSnapshot.read(in, edits.firstCopies());
    }
    if ((parts & HELD) != 0) {
      readHeld(in, stream);
    }
    if ((parts & HEADERS) != 0) {
      snapshot.readHeaders(in, stream.headers(), nowNanos);
    }
    if ((parts & PICKED_UP) != 0) {
      stream.receiver().sendWindow().readEssential(in);
    }
  }

  private static void decide(Stream stream, long orgPosition) {
    if (orgPosition < stream.decided()) {
      throw new MalformedState("D moves back: from=" + stream.decided() + " to=" + orgPosition);
    }
    long held = Math.min(stream.sender().undecided().length(), orgPosition - stream.decided());
    stream.sender().dropHeld((int) held);
    stream.edits().map().decideTo(orgPosition);
  }

  /** Custody may end before D: what is decided beyond it is the sender's. */
  private static void readHeld(StateReader in, Stream stream) {
    long custodyEnd = in.position();
    long from = in.position();
    if (from != stream.heldEnd()) {
      throw new MalformedState(
          "octets in custody are missing: from=" + stream.heldEnd() + " to=" + from);
    }
    stream.sender().readHeld(in);
    if (custodyEnd > stream.heldEnd()) {
      throw new MalformedState(
          "octets in custody are missing: end=" + stream.heldEnd() + " custody=" + custodyEnd);
    }
    stream.edits().advanceCustody(custodyEnd);
  }

  private static void writeCommands(CommandList commands, DecisionMark since, StateWriter out) {
    int added = (int) (commands.appended() - since.commands());
    int first = commands.size() - added;
    long before = first == 0 ? commands.basePosition() : commands.orgEnd(first - 1);
    out.number(Math.max(0, before - since.commandsEnd()));
    out.number(added);
    for (int i = first; i < commands.size(); i++) {
      out.number(commands.orgSeq(i) - before);
      out.number(commands.orgLength(i));
      out.number(commands.newLength(i));
      before = commands.orgEnd(i);
    }
  }

  private static void readCommands(StateReader in, CommandList commands) {
    int grown = in.count(Integer.MAX_VALUE);
    if (grown > 0) {
      commands.delete(commands.orgEnd(), grown);
    }
    int added = in.count(in.remaining() / 3);
    for (int i = 0; i < added; i++) {
      long orgSeq = in.positionAfter(commands.orgEnd());
      commands.append(orgSeq, in.count(Integer.MAX_VALUE), in.count(Integer.MAX_VALUE));
    }
  }
}
