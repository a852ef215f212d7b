package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.store.OctetBuffer;
import dev.midstream.reassembly.store.OctetSnapshot;
import dev.midstream.reassembly.store.ReleasedOctets;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.segment.HeaderTemplate;
import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;

/**
 * One direction as octets: its essential state, and the rest.
 *
 * <p>One is reused for all connections of an engine. Not thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // the numbers of legs and link types are a part of the format
public final class StreamSnapshot {
  /** More octets than any segment carries after its headers, which are not kept. */
  private static final int OMITTED_BYTES = 1 << 17;

  private static final Leg[] LEGS = Leg.values();
  private static final LinkType[] LINK_TYPES = LinkType.values();

  private final RecordedCopies copies;
  private final byte[] headers = new byte[HeaderTemplate.HEADER_BYTES];
  private final Packet packet = new Packet();
  private final FrameView view = new FrameView();

  /** Writes {@code which} first copies where not all octets are written. */
  public StreamSnapshot(FirstCopies which) {
    copies = new RecordedCopies(which);
  }

  /** The first copies that are written. */
  RecordedCopies copies() {
    return copies;
  }

  /**
   * Writes the essential state of {@code stream}, and what its opening agreed on.
   *
   * @param isWhole whether the rest follows
   * @param orgCustody K, or what it may become when this is committed
   * @param all whether all that has come has left, decided or not: then it is all essential
   */
  public void writeEssential(
      Stream stream,
      boolean isWhole,
      long orgCustody,
      boolean all,
      StateWriter out,
      long nowNanos) {
    out.int32(stream.space().initialSequence());
    stream.edits().writeEssential(out, orgCustody, all);
    if (isWhole) {
      OctetSnapshot.write(stream.edits().firstCopies(), out);
    } else {
      copies.writeWhole(stream.edits(), out);
    }
    writeHeld(stream, stream.decided(), all ? stream.heldEnd() : orgCustody, out);
    if (all) {
      stream.sender().delayed().write(out);
    }
    stream.receiver().sendWindow().writeEssential(out);
    writeHeaders(stream.headers(), out, nowNanos);
  }

  /** Writes the rest of {@code stream}. */
  public void writeRest(Stream stream, boolean all, StateWriter out, long nowNanos) {
    stream.edits().writeRest(out, nowNanos);
    stream.sender().writeRest(out, essentialBytes(stream, all), all, nowNanos);
    stream.receiver().write(out, nowNanos);
    stream.headers().writeRest(out, nowNanos);
  }

  /**
   * Writes octets of [orgFrom, orgEnd) that are not decided: those that arrived in order, and those
   * behind a gap that is filled.
   */
  static void writeHeld(Stream stream, long orgFrom, long orgEnd, StateWriter out) {
    int length = (int) Math.max(0, orgEnd - orgFrom);
    int inOrder = Math.clamp(stream.heldEnd() - orgFrom, 0, length);
    out.number(length);
    OctetBuffer undecided = stream.sender().undecided();
    long offset = undecided.memoryOffset() + (orgFrom - stream.decided());
    out.octets(undecided.memory(), offset, inOrder);
    if (inOrder < length) {
      stream.sender().delayed().writeOctets(orgFrom + inOrder, orgEnd, out);
    }
  }

  /** The undecided octets that their sender may not have any more: those in custody, or all. */
  private static int essentialBytes(Stream stream, boolean all) {
    int held = stream.sender().undecided().length();
    return all ? held : Math.clamp(stream.edits().custodyEnd() - stream.decided(), 0, held);
  }

  /**
   * Reads what {@link #writeEssential} wrote.
   *
   * @param streams makes a new stream with an initial sequence number
   * @throws MalformedState if the octets are no stream; the memory of the stream is then freed
   */
  public Stream readEssential(
      StateReader in, IntFunction<Stream> streams, boolean all, long nowNanos) {
    Stream stream = streams.apply(in.int32());
    try {
      stream.edits().readEssential(in);
      OctetSnapshot.read(in, stream.edits().firstCopies());
      stream.sender().readHeld(in);
      if (all) {
        stream.sender().delayed().read(in);
      }
      stream.receiver().sendWindow().readEssential(in);
      readHeaders(in, stream.headers(), nowNanos);
      return stream;
    } catch (MalformedState e) {
      stream.free();
      throw e;
    } catch (IllegalArgumentException | IllegalStateException e) {
      stream.free();
      throw new MalformedState("numbers of a stream contradict each other", e);
    }
  }

  /**
   * Reads what {@link #writeRest} wrote.
   *
   * @throws RuntimeException if the octets are no rest of a stream
   */
  public void readRest(StateReader in, Stream stream, boolean all, long nowNanos) {
    stream.edits().readRest(in, nowNanos);
    stream.sender().readRest(in, all, nowNanos);
    stream.receiver().read(in, nowNanos);
    stream.headers().readRest(in, nowNanos);
  }

  /**
   * Whether octets of {@code stream} are to go into custody when a record of them is committed, and
   * are not acknowledged yet.
   */
  public static boolean isCustodyAwaited(Stream stream) {
    long wanted = Math.max(stream.edits().recordedCustodyEnd(), custody(stream).awaitedEnd());
    return wanted > Math.max(stream.edits().custodyEnd(), stream.sender().advertised());
  }

  /** Writes which octets are to go into custody when a record of them is committed. */
  public static void writeAwaited(Stream stream, StateWriter out) {
    out.number(stream.edits().recordedCustodyEnd());
    custody(stream).writeAwaited(out);
  }

  /**
   * Reads what {@link #writeAwaited} wrote, after it was noted that all that was read is committed:
   * this engine asks for a record of its own, of those octets that are kept still.
   */
  public static void readAwaited(StateReader in, Stream stream) {
    long orgEnd = in.position();
    custody(stream).readAwaited(in);
    long keptEnd = stream.sender().delayed().contiguousEnd(stream.heldEnd());
    stream.edits().commit().requestCustody(Math.min(orgEnd, keptEnd));
  }

  private static Custody custody(Stream stream) {
    return stream.sender().custody();
  }

  /**
   * Checks what was read of {@code stream}, after what was not is derived.
   *
   * @throws MalformedState if its numbers contradict each other
   */
  public static void requireConsistent(Stream stream) {
    boolean ordered =
        stream.acknowledged() <= stream.newNext()
            && stream.releasedEnd() <= stream.newEnd()
            && stream.edits().firstCopies().freedBelow()
                <= Math.max(stream.newEnd(), stream.newNext())
            && !keepsAny(stream.edits().firstCopies(), stream.newEnd())
            && newBase(stream.edits().commands()) <= stream.acknowledged()
            && stream.edits().custodyEnd() <= stream.heldEnd()
            && stream.edits().folding().markNew() <= stream.acknowledged()
            && stream.sender().replaced().end() <= stream.decided();
    if (!ordered) {
      throw new MalformedState(
          "positions of a stream are out of order: acknowledged=%d released=%d newEnd=%d held=%d"
              .formatted(
                  stream.acknowledged(), stream.releasedEnd(), stream.newEnd(), stream.heldEnd()));
    }
  }

  /** Whether {@code copies} keep an octet beyond {@code newEnd}. */
  private static boolean keepsAny(ReleasedOctets copies, long newEnd) {
    return copies.lengthAt(newEnd) > 0 || copies.nextStartAbove(newEnd) < Long.MAX_VALUE;
  }

  /** Where the output of folded commands ends: only acknowledged ones are folded. */
  private static long newBase(CommandList commands) {
    return commands.basePosition() + commands.baseOffset();
  }

  void writeHeaders(SenderHeaders from, StateWriter out, long nowNanos) {
    from.writeEssential(out, nowNanos);
    if (from.isTemplateKnown()) {
      HeaderTemplate template = from.template();
      template.copyTo(headers, 0);
      out.octet(template.leg().ordinal());
      out.octet(template.linkType().ordinal());
      out.number(template.interfaceId());
      out.number(template.length());
      out.octets(headers, 0, template.length());
    }
  }

  void readHeaders(StateReader in, SenderHeaders to, long nowNanos) {
    to.readEssential(in, nowNanos);
    if (!to.isTemplateKnown()) {
      return;
    }
    Leg leg = LEGS[in.count(LEGS.length - 1)];
    LinkType linkType = LINK_TYPES[in.count(LINK_TYPES.length - 1)];
    int interfaceId = in.count(Integer.MAX_VALUE);
    int length = in.count(HeaderTemplate.HEADER_BYTES);
    System.arraycopy(in.memory(), in.skip(length), headers, 0, length);
    packet
        .at(MemorySegment.ofArray(headers), 0, length)
        .missing(OMITTED_BYTES)
        .from(linkType, leg, interfaceId, 0);
    boolean isSegment = view.read(packet) == FrameKind.TCP && view.payloadOffset() == length;
    if (!isSegment || !to.template().capture(view)) {
      throw new MalformedState("headers are not those of a segment: length=" + length);
    }
  }
}
