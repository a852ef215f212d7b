package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.store.OctetSnapshot;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.segment.HeaderTemplate;
import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;

/**
 * One direction as octets.
 *
 * <p>One is reused for all connections of an engine. Not thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // the numbers of legs and link types are a part of the format
public final class StreamSnapshot {
  /** More octets than any segment carries after its headers, which are not kept. */
  private static final int OMITTED_BYTES = 1 << 17;

  private static final Leg[] LEGS = Leg.values();
  private static final LinkType[] LINK_TYPES = LinkType.values();

  private final byte[] headers = new byte[HeaderTemplate.HEADER_BYTES];
  private final Packet packet = new Packet();
  private final FrameView view = new FrameView();

  /** Writes {@code stream}. */
  public void write(Stream stream, StateWriter out, long nowNanos) {
    out.int32(stream.space().initialSequence());
    stream.edits().write(out, nowNanos);
    OctetSnapshot.write(stream.edits().firstCopies(), out);
    stream.sender().write(out, nowNanos);
    stream.receiver().write(out, nowNanos);
    writeHeaders(stream.headers(), out, nowNanos);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param streams makes a new stream with an initial sequence number
   * @throws MalformedState if the octets are no stream; the memory of the stream is then freed
   */
  public Stream read(StateReader in, IntFunction<Stream> streams, long nowNanos) {
    Stream stream = streams.apply(in.int32());
    try {
      stream.edits().read(in, nowNanos);
      OctetSnapshot.read(in, stream.edits().firstCopies());
      stream.sender().read(in, nowNanos);
      stream.receiver().read(in, nowNanos);
      readHeaders(in, stream.headers(), nowNanos);
      requireConsistent(stream);
      stream.memory().updateCharge();
      return stream;
    } catch (MalformedState e) {
      stream.free();
      throw e;
    } catch (IllegalArgumentException | IllegalStateException e) {
      stream.free();
      throw new MalformedState("numbers of a stream contradict each other", e);
    }
  }

  private static void requireConsistent(Stream stream) {
    boolean ordered =
        stream.acknowledged() <= stream.newNext()
            && stream.releasedEnd() <= stream.newEnd()
            && stream.edits().firstCopies().freedBelow()
                <= Math.max(stream.newEnd(), stream.newNext())
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

  private void writeHeaders(SenderHeaders from, StateWriter out, long nowNanos) {
    from.write(out, nowNanos);
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

  private void readHeaders(StateReader in, SenderHeaders to, long nowNanos) {
    to.read(in, nowNanos);
    if (!to.isTemplateKnown()) {
      return;
    }
    Leg leg = LEGS[in.count(LEGS.length - 1)];
    LinkType linkType = LINK_TYPES[in.count(LINK_TYPES.length - 1)];
    int interfaceId = in.count(Integer.MAX_VALUE);
    int length = in.count(HeaderTemplate.HEADER_BYTES);
    packet
        .at(MemorySegment.ofArray(in.memory()), in.skip(length), length)
        .missing(OMITTED_BYTES)
        .from(linkType, leg, interfaceId, 0);
    boolean isSegment = view.read(packet) == FrameKind.TCP && view.payloadOffset() == length;
    if (!isSegment || !to.template().capture(view)) {
      throw new MalformedState("headers are not those of a segment: length=" + length);
    }
  }
}
