package dev.midstream.worlds.invariant;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.map.Invariant;
import dev.midstream.modcmd.map.Invariants;
import dev.midstream.reassembly.store.ReleasedOctets;
import dev.midstream.reassembly.stream.Stream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.Set;

/** Earlier mappings and stored octets of a stream, for comparison. */
final class EarlierStream {
  private static final int KEPT = 4;

  private final Stream stream;
  private final Invariants.Mapping mapping;
  private final Note[] notes = new Note[KEPT];
  private int count;

  /**
   * Original offsets from {@code start}, the new offset of each, and the octets stored at the
   * first.
   */
  private static final class Note {
    private final long start;
    private final long[] places;
    private final Octets octets;

    Note(long start, long[] places, Octets octets) {
      this.start = start;
      this.places = places;
      this.octets = octets;
    }
  }

  EarlierStream(Stream stream, Invariants.Mapping mapping) {
    this.stream = stream;
    this.mapping = mapping;
  }

  /** Notes [orgStart, orgEnd], which is decided and not folded; replaces the oldest note. */
  void note(long orgStart, long orgEnd) {
    long[] places = new long[(int) (orgEnd - orgStart) + 1];
    for (int i = 0; i < places.length; i++) {
      places[i] = mapping.before().applyAsLong(orgStart + i);
    }
    Octets octets = keptAt(places[0], places.length);
    notes[count++ % KEPT] = new Note(orgStart, places, octets);
  }

  /** Invariants violated by changes since the notes, where nothing was folded or freed. */
  Set<Invariant> compare() {
    Set<Invariant> violated = EnumSet.noneOf(Invariant.class);
    long base = stream.edits().commands().basePosition();
    for (int i = 0; i < Math.min(count, KEPT); i++) {
      Note note = notes[i];
      violated.addAll(Invariants.ofFolding(mapping, base, note.start, note.places));
      long newStart = note.places[0];
      Octets now = keptAt(newStart, note.octets.length());
      violated.addAll(Invariants.ofOutput(newStart, note.octets, newStart, now));
    }
    return violated;
  }

  private Octets keptAt(long newPosition, int most) {
    ReleasedOctets released = stream.edits().firstCopies();
    int length = Math.min(most, released.lengthAt(newPosition));
    if (length <= 0) {
      return Octets.empty();
    }
    byte[] octets = new byte[length];
    MemorySegment memory = released.memoryAt(newPosition);
    long offset = released.memoryOffsetOf(newPosition);
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, octets, 0, length);
    return Octets.of(octets);
  }
}
