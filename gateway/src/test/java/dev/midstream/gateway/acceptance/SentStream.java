package dev.midstream.gateway.acceptance;

import dev.midstream.modcmd.offset.SequenceSpace;
import java.util.Arrays;
import java.util.BitSet;

/** One direction of a conversation, assembled octet by octet; the first copy wins. */
final class SentStream {
  /** Sequence numbers beyond it are taken as invalid. */
  private static final long MAX_OCTETS = 1 << 26;

  private final SequenceSpace space;
  private final BitSet present = new BitSet();
  private byte[] octets = new byte[1 << 12];
  private long seenEnd;
  private long fin = -1;
  private long firstConflict = -1;

  SentStream(int initialSequence) {
    space = new SequenceSpace(initialSequence);
  }

  int initialSequence() {
    return space.initialSequence();
  }

  /** The offset of a sequence number, nearest to the octets sent so far. */
  long offsetOf(int sequence) {
    return space.offsetOf(sequence, seenEnd);
  }

  void add(long start, byte[] payload) {
    for (int i = 0; i < payload.length; i++) {
      long at = start + i;
      if (at >= 0 && at < MAX_OCTETS) {
        add((int) at, payload[i]);
      }
    }
    seenEnd = Math.max(seenEnd, start + payload.length);
  }

  private void add(int at, byte octet) {
    if (at >= octets.length) {
      octets = Arrays.copyOf(octets, Math.max(at + 1, 2 * octets.length));
    }
    if (!present.get(at)) {
      present.set(at);
      octets[at] = octet;
    } else if (octets[at] != octet && firstConflict < 0) {
      firstConflict = at;
    }
  }

  void finAt(long offset) {
    fin = Math.max(fin, offset);
  }

  /** All octets before the first gap. */
  byte[] contiguous() {
    return Arrays.copyOf(octets, present.nextClearBit(0));
  }

  /** The number of octets, without gaps. */
  int present() {
    return present.cardinality();
  }

  /** The end of the octets sent so far. */
  long seenEnd() {
    return seenEnd;
  }

  /** The highest offset of a FIN; -1 if there is none. */
  long fin() {
    return fin;
  }

  /** The highest valid acknowledgement now: all octets sent, and the FIN. */
  long acknowledgeable() {
    return fin >= seenEnd ? fin + 1 : seenEnd;
  }

  /** The first offset at which two different octets were sent; -1 if there is none. */
  long firstConflict() {
    return firstConflict;
  }
}
