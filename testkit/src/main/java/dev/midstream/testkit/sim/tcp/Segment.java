package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.segment.SequenceNumbers;
import java.lang.foreign.MemorySegment;

/**
 * A received segment, with offsets instead of sequence numbers. Reusable; valid while its frame is.
 * The SYN is the octet at −1; the FIN is the octet after the last one.
 */
final class Segment {
  private static final int MAX_BLOCKS = 4;

  private SegmentReader view = new SegmentReader();
  private boolean syn;
  private boolean fin;
  private long start;
  private int payloadLength;
  private long payloadStart;
  private long ack;
  private boolean withoutSyn;

  /**
   * Reads the segment in {@code view}.
   *
   * @param receiveSpace the sender's sequence space
   * @param nextExpected an offset near the sequence number
   * @param sendSpace the sequence space of the acknowledgement
   * @param una an offset near the acknowledgement
   */
  Segment of(
      SegmentReader view,
      SequenceNumbers receiveSpace,
      long nextExpected,
      SequenceNumbers sendSpace,
      long una) {
    this.view = view;
    syn = view.isSyn();
    fin = view.isFin();
    start = receiveSpace.offsetOf(view.sequence(), nextExpected);
    payloadLength = view.payloadLength();
    payloadStart = start + (syn ? 1 : 0);
    ack = sendSpace.offsetOf(view.acknowledgement(), una);
    withoutSyn = false;
    return this;
  }

  /** Removes the SYN, which was received before. */
  void dropSyn() {
    withoutSyn = true;
  }

  boolean isSyn() {
    return syn && !withoutSyn;
  }

  boolean isFin() {
    return fin;
  }

  boolean isRst() {
    return view.isRst();
  }

  boolean isAck() {
    return view.isAck();
  }

  /** The start, with the SYN. */
  long start() {
    return withoutSyn ? payloadStart : start;
  }

  /** The end, with the FIN. */
  long end() {
    return payloadStart + payloadLength + (fin ? 1 : 0);
  }

  /** The length in sequence space. */
  long length() {
    return end() - start();
  }

  long payloadStart() {
    return payloadStart;
  }

  long payloadEnd() {
    return payloadStart + payloadLength;
  }

  int payloadLength() {
    return payloadLength;
  }

  MemorySegment memory() {
    return view.memory();
  }

  /** The offset of the payload in the memory. */
  long payloadAt() {
    return view.payloadAt();
  }

  long ack() {
    return ack;
  }

  int windowField() {
    return view.windowField();
  }

  SegmentReader view() {
    return view;
  }

  boolean hasTimestamps() {
    return view.options().hasTimestamps();
  }

  int timestampValue() {
    return view.options().timestampValue();
  }

  int timestampEcho() {
    return view.options().timestampEcho();
  }

  int sackBlocks() {
    return Math.min(MAX_BLOCKS, view.options().sackBlocks());
  }

  /** The left edge of a block as an offset near the acknowledgement. */
  long sackLeft(int index, SequenceNumbers sendSpace) {
    return sendSpace.offsetOf(view.options().sackLeft(index), ack);
  }

  long sackRight(int index, SequenceNumbers sendSpace) {
    return sendSpace.offsetOf(view.options().sackRight(index), ack);
  }
}
