package dev.midstream.reassembly.fastpath;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.OpaqueSpan;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.fastpath.FastPathTable;
import dev.midstream.wire.fastpath.FlowEntry;
import dev.midstream.wire.segment.HeaderTemplate;

/** Begins the entries of a connection that is given away. */
final class EntryWriter {
  /*
   *  original   .... base ...... A ............ D ............ Q
   *                              from                          edge, an octet before the end of a span;
   *                                                            D if no span is open; no farther than
   *                                                            records let octets pass
   *
   * From the base on the two spaces differ by a constant. Nothing before A is repeated by the table: the base
   * may lie in the middle of what an edit put out, and the receiver needs none of it any more.
   */

  /** No number of an entry lies farther from its start. */
  private static final int FARTHEST_BYTES = 1 << 30;

  private final FastPathTable table;
  private final byte[] header = new byte[HeaderTemplate.HEADER_BYTES];

  /** Entries for {@code table}. */
  EntryWriter(FastPathTable table) {
    this.table = table;
  }

  /** Sets the link header of the segments of {@code stream}. */
  void setLink(Stream stream, FlowEntry entry) {
    stream.headers().template().copyTo(header, 0);
    entry.link(header);
  }

  /** Begins the entry of a direction of {@code connection}, which is settled. */
  void begin(Connection connection, Direction direction, FlowEntry entry) {
    entry.begin(table.interfaceOf(SettledCheck.legOf(connection, direction).opposite()));
    if (connection.hasStreams()) {
      Stream stream = connection.stream(direction);
      begin(stream, connection.reverse(stream), entry);
    }
  }

  private static void begin(Stream stream, Stream reverse, FlowEntry entry) {
    long offset = stream.edits().commands().offset();
    long reverseOffset = reverse.edits().commands().offset();
    long from = Math.max(stream.edits().commands().basePosition(), stream.acknowledged() - offset);
    long acknowledgedFrom =
        Math.max(
            reverse.edits().commands().basePosition() + reverseOffset,
            reverse.acknowledged() - FARTHEST_BYTES);
    SequenceSpace space = stream.space();
    entry
        .start(space.sequenceOf(from), reverse.space().sequenceOf(acknowledgedFrom))
        .shift((int) offset, (int) -reverseOffset)
        .newest(
            space.sequenceOf(stream.decided()),
            reverse.space().sequenceOf(reverse.acknowledged()),
            windowField(reverse),
            stream.headers().timestampValue(),
            stream.headers().timestampEcho())
        .nanos(stream.headers().timestampNanos());
    OpaqueSpan opaque = stream.edits().opaque();
    long spanEdge = opaque.isOpen() ? opaque.end() - 1 : stream.decided();
    long edge = Math.min(spanEdge, RecordedEnd.of(stream));
    if (!opaque.isEndless() || stream.edits().commit().isOn()) {
      entry.edge(space.sequenceOf(Math.min(edge, from + FARTHEST_BYTES)));
    }
  }

  /** The field that the receiver of {@code stream} sent last. */
  private static int windowField(Stream stream) {
    long bytes = stream.receiver().sendWindow().lastWindowBytes();
    return (int) (bytes >> stream.sender().window().scale());
  }
}
