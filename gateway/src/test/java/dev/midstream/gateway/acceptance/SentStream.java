package dev.midstream.gateway.acceptance;

import dev.midstream.modcmd.offset.SequenceSpace;
import java.util.Arrays;
import java.util.BitSet;

/** One direction of a conversation, put together octet by octet; the first copy stays. */
final class SentStream {
  /** Beyond it, a number is taken for nonsense. */
  private static final long MOST_OCTETS = 1 << 26;

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

  /** The offset a number stands for, nearest to what was sent so far. */
  long offsetOf(int sequence) {
    return space.offsetOf(sequence, seenEnd);
  }

  void add(long start, byte[] payload) {
    for (int i = 0; i < payload.length; i++) {
      long at = start + i;
      if (at >= 0 && at < MOST_OCTETS) {
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

  /** Everything before the first octet that is missing. */
  byte[] contiguous() {
    return Arrays.copyOf(octets, present.nextClearBit(0));
  }

  /** How many octets there are, gaps not counted. */
  int present() {
    return present.cardinality();
  }

  /** The end of what was sent so far. */
  long seenEnd() {
    return seenEnd;
  }

  /** The highest place a FIN stood at; -1 without one. */
  long fin() {
    return fin;
  }

  /** The highest acknowledgement that makes sense now: all that was sent, and the FIN. */
  long acknowledgeable() {
    return fin >= seenEnd ? fin + 1 : seenEnd;
  }

  /** The first place at which two different octets were sent; -1 without one. */
  long firstConflict() {
    return firstConflict;
  }
}
