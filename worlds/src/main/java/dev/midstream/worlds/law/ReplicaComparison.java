package dev.midstream.worlds.law;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.CodecCall;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Handshakes;
import dev.midstream.reassembly.flow.Phase;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Phase.Refused;
import dev.midstream.reassembly.flow.Phase.TimeWait;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.store.OctetBuffer;
import dev.midstream.reassembly.stream.Edits;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.TimeWaitStream;
import dev.midstream.wire.segment.HeaderTemplate;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares all that docs/state.md calls essential or initial of a connection with what another
 * engine reads from its records. Hints may be older there, and what only advances may lag behind.
 */
final class ReplicaComparison {
  private final FirstCopies firstCopies;

  /** A comparison with records that hold {@code firstCopies}. */
  ReplicaComparison(FirstCopies firstCopies) {
    this.firstCopies = firstCopies;
  }

  /** Compares {@code connection} with {@code copy}, which was read from its records. */
  void compare(Connection connection, Connection copy) {
    compare("connection", essence(connection), essence(copy));
    compare("handshakes", handshakes(connection), handshakes(copy));
    compareAgents(connection, copy);
    if (connection.hasStreams() && connection.handling() == Handling.EDITED) {
      Direction.BOTH.forEach(each -> compare(connection, copy, each));
    }
  }

  private static List<@Nullable Object> essence(Connection connection) {
    return Arrays.asList(
        connection.state(),
        phase(connection.phase()),
        connection.isAccurateEcn(),
        connection.isPickedUp(),
        connection.rule().name(),
        connection.assignment().context(),
        connection.seen().isExpected(),
        connection.seen().onlyDirection(),
        connection.seen().firstLeg());
  }

  /** Another engine does not monitor: it lets go. */
  private static List<Object> phase(Phase phase) {
    if (phase.handling() == Handling.MONITORED) {
      return List.of(Handling.UNTOUCHED);
    }
    return switch (phase) {
      case Phase.Untouched _ -> List.of(phase.handling());
      case Phase.Opening _ -> List.of(phase.handling(), "opening");
      case Open _ -> List.of(phase.handling(), "open");
      case Refused refused -> List.of(phase.handling(), refused.reason(), refused.hasEdits());
      case TimeWait over ->
          List.of(
              phase.handling(),
              over.hasEdits(),
              end(over.clientToServer()),
              end(over.serverToClient()));
    };
  }

  private static List<Object> end(TimeWaitStream of) {
    return List.of(of.orgOctets(), of.newOctets(), of.edits(), of.newSequence(true));
  }

  /** The SYNs of both ends, those that compete, and those of a conflicting SYN-ACK. */
  private static List<@Nullable Object> handshakes(Connection connection) {
    Handshakes handshakes = connection.handshakes();
    List<@Nullable Object> all = new ArrayList<>();
    Direction.BOTH.forEach(each -> all.add(handshakes.of(each)));
    all.addAll(handshakes.allCompeting());
    Connection alternative = handshakes.alternative();
    if (alternative != null) {
      Direction.BOTH.forEach(each -> all.add(alternative.handshakes().of(each)));
    }
    return all;
  }

  private void compare(Connection connection, Connection copy, Direction direction) {
    Stream stream = connection.stream(direction);
    Stream other = copy.stream(direction);
    compare(direction + " reset", reset(connection, direction), reset(copy, direction));
    compare(direction + " sequence", sequence(stream), sequence(other));
    compareFins(direction, stream.edits(), other.edits());
    compare(direction + " decisions", decisions(stream), decisions(other));
    comparePassed(direction, stream, other);
    compareCommands(direction, stream, other);
    compareHeaders(direction, stream.headers(), other.headers());
    compareCopies(direction, stream, other);
    compareHeld(direction, stream, other);
    LawBroken.unless(
        stream.receiver().sendWindow().isPickedUpHeard()
            || !other.receiver().sendWindow().isPickedUpHeard(),
        Law.TAKEOVER,
        () -> direction + " receiver in records was not heard");
  }

  /** Whether the receiver was reset alone, or is to be. */
  private static List<Boolean> reset(Connection connection, Direction direction) {
    Open open = connection.openPhase();
    return List.of(open.isReceiverReset(direction), open.wantsAbort(connection.stream(direction)));
  }

  private static int sequence(Stream stream) {
    return stream.space().initialSequence();
  }

  /**
   * A FIN that is settled. That it was acknowledged is told only where an end may close by it:
   * until then the receiver acknowledges it again.
   */
  private static void compareFins(Direction direction, Edits edits, Edits recorded) {
    compare(direction + " FIN", fin(edits.fin()), fin(recorded.fin()));
    boolean isTold = edits.fin().isSettled() && (edits.fin().isOwn() || edits.isReverseEnded());
    boolean before = edits.fin().isAcknowledgedBefore();
    boolean recordedBefore = recorded.fin().isAcknowledgedBefore();
    LawBroken.unless(
        before == recordedBefore || (before && !isTold),
        Law.TAKEOVER,
        () -> direction + " FIN acknowledged before: " + before + " recorded=" + recordedBefore);
  }

  private static List<Object> fin(FinMap fin) {
    boolean isFixed = fin.isSettled() && fin.isReached();
    return List.of(
        fin.isSettled(),
        fin.isSettled() ? fin.newFin() : 0L,
        isFixed ? fin.orgFin() : 0L,
        isFixed,
        fin.isOwn());
  }

  private static List<Object> decisions(Stream stream) {
    Edits edits = stream.edits();
    return List.of(
        edits.opaque().isOpen(),
        edits.opaque().start(),
        edits.opaque().end(),
        edits.dropped().isOpen(),
        edits.dropped().end(),
        edits.count(),
        edits.isSpanEndWanted(),
        stream.receiver().sendWindow().droppedBelow());
  }

  /**
   * D is a lower bound where octets pass without a decision. What of these has come without being
   * stored is one always: an heir gets some again whose record was written before.
   */
  private static void comparePassed(Direction direction, Stream stream, Stream other) {
    boolean passes = stream.edits().opaque().isOpen() && !stream.edits().fin().isSettled();
    long unstoredEnd = stream.edits().opaque().unstoredEnd();
    long recordedEnd = other.edits().opaque().unstoredEnd();
    boolean fits =
        passes ? other.decided() <= stream.decided() : other.decided() == stream.decided();
    LawBroken.unless(
        fits,
        Law.TAKEOVER,
        () -> direction + " D in records: " + other.decided() + " for " + stream.decided());
    LawBroken.unless(
        recordedEnd <= unstoredEnd,
        Law.TAKEOVER,
        () -> direction + " passed in records: " + recordedEnd + " for " + unstoredEnd);
  }

  private static void compareCommands(Direction direction, Stream stream, Stream other) {
    String error =
        new CommandsComparison(stream.edits().commands(), other.edits().commands()).error();
    LawBroken.unless(
        error == null, Law.TAKEOVER, () -> direction + " commands in records: they have " + error);
  }

  /**
   * More may be known of an end than records tell, if it says so, and newer numbers, but nothing
   * else.
   */
  private static void compareHeaders(
      Direction direction, SenderHeaders headers, SenderHeaders recorded) {
    if (recorded.isTemplateKnown()) {
      compare(direction + " headers", headers(headers), headers(recorded));
    }
    LawBroken.unless(
        headers.hasTimestamps() || !recorded.hasTimestamps(),
        Law.TAKEOVER,
        () -> direction + " timestamps in records of an end that sends none");
    if (headers.isRecorded()) {
      compare(direction + " known headers", known(headers), known(recorded));
    }
  }

  private static List<Object> known(SenderHeaders of) {
    return List.of(
        of.isTemplateKnown(),
        of.isTemplateOfSyn(),
        of.hasTimestamps(),
        of.hasMicroseconds(),
        of.hopLimit().isKnown());
  }

  private static List<Object> headers(SenderHeaders of) {
    HeaderTemplate template = of.template();
    return List.of(
        of.isTemplateKnown(),
        template.ipVersion(),
        template.linkType(),
        template.leg(),
        template.interfaceId());
  }

  /** Beyond what records say to be decided are only opaque octets, which their sender has. */
  private void compareCopies(Direction direction, Stream stream, Stream other) {
    Edits edits = stream.edits();
    long start = edits.firstCopies().freedBelow();
    long end = other.newEnd();
    long ownedEnd = end;
    if (firstCopies == FirstCopies.COMMANDS) {
      long custody = edits.recordedCustodyEnd();
      ownedEnd = custody == 0 ? start : Math.min(end, edits.map().after(custody));
    }
    String error =
        new CopiesComparison(
                edits.firstCopies(),
                other.edits().firstCopies(),
                edits.commands(),
                opaqueStart(stream, start, ownedEnd))
            .error(start, end);
    LawBroken.unless(
        error == null, Law.TAKEOVER, () -> direction + " copies in records: they have " + error);
  }

  /**
   * The first opaque octet of [newStart, newEnd), or {@code newEnd}. Their sender has them, but an
   * engine that took over may keep those that came again.
   */
  private static long opaqueStart(Stream stream, long newStart, long newEnd) {
    if (newEnd <= newStart || !isOpaque(stream, newEnd - 1)) {
      return newEnd;
    }
    long low = newStart;
    long high = newEnd - 1;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (isOpaque(stream, middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private static boolean isOpaque(Stream stream, long newPosition) {
    long orgPosition = stream.edits().map().before(newPosition);
    return stream.edits().opaque().covers(orgPosition, orgPosition + 1);
  }

  /**
   * Compares the octets in custody that are not decided. Of those whose record was only asked for
   * some may have been thrown away since.
   */
  private static void compareHeld(Direction direction, Stream stream, Stream other) {
    long from = stream.decided();
    long custody = stream.edits().custodyEnd();
    compare(direction + " held", held(stream, from, custody), held(other, from, custody));
    Octets wanted = held(stream, from, stream.edits().recordedCustodyEnd());
    Octets recorded = held(other, from, from + wanted.length());
    compare(direction + " held for custody", wanted, recorded);
  }

  /** The octets of [orgStart, orgEnd) up to the first that is missing. */
  private static Octets held(Stream stream, long orgStart, long orgEnd) {
    byte[] octets = new byte[(int) Math.max(0, orgEnd - orgStart)];
    MemorySegment target = MemorySegment.ofArray(octets);
    OctetBuffer undecided = stream.sender().undecided();
    DelayedSegments delayed = stream.sender().delayed();
    int length = Math.clamp(stream.heldEnd() - orgStart, 0, octets.length);
    long offset = undecided.memoryOffset() + (orgStart - stream.decided());
    if (length > 0) {
      MemorySegment.copy(undecided.memory(), offset, target, 0, length);
    }
    while (length < octets.length && delayed.contains(orgStart + length)) {
      long at = orgStart + length;
      int next = delayed.lengthAt(at, orgEnd);
      MemorySegment.copy(delayed.memoryAt(at), delayed.memoryOffsetOf(at), target, length, next);
      length += next;
    }
    return Octets.of(Arrays.copyOf(octets, length));
  }

  /** An agent that never changed its state begins with it again. */
  private static void compareAgents(Connection connection, Connection copy) {
    Octets recorded = agentState(copy);
    if (connection.handling() == Handling.MONITORED) {
      return;
    }
    if (recorded != null || connection.agentRevision() > 0) {
      compare("agent's state", Arrays.asList(agentState(connection)), Arrays.asList(recorded));
    }
  }

  private static @Nullable Octets agentState(Connection connection) {
    Agent<?> agent = connection.rule().agent();
    Object state = connection.phase() instanceof Open open ? open.agentState() : null;
    if (agent == null || state == null || !mayBeCalled(connection)) {
      return null;
    }
    // The state of a parked connection stays octets.
    CodecCall.Encoded encoded =
        state instanceof CodecCall.Encoded parked ? parked : CodecCall.encode(agent, state);
    return encoded.failure() == null ? Octets.of(encoded.octets()) : null;
  }

  private static boolean mayBeCalled(Connection connection) {
    return connection.stream(Direction.CLIENT_TO_SERVER).edits().needAgent()
        || connection.stream(Direction.SERVER_TO_CLIENT).edits().needAgent();
  }

  private static void compare(String what, Object is, Object recorded) {
    LawBroken.unless(
        is.equals(recorded),
        Law.TAKEOVER,
        () -> "records do not hold the " + what + ": is=" + is + " recorded=" + recorded);
  }
}
