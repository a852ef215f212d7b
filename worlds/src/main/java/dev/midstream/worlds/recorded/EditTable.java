package dev.midstream.worlds.recorded;

import dev.midstream.agent.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Random edits as a function of a stream's octets. Search strings are replaced, deleted, or get an
 * insertion before them. {@code N} starts a block that is reversed, {@code S} an opaque span,
 * {@code R} an opaque rest. A trailer may be inserted at the end.
 *
 * @param edits the search strings; the first match wins
 * @param blockLength octets of a block
 * @param skipLength octets of an opaque span
 * @param trailer inserted after the last octet
 * @param asksForMore whether the agent declares how many octets it needs
 */
record EditTable(
    List<Edit> edits, int blockLength, int skipLength, Octets trailer, boolean asksForMore) {
  static final byte BLOCK = 'N';
  static final byte SPAN = 'S';
  static final byte REST = 'R';

  private static final int LETTERS = 4;

  /**
   * One edit of a search string.
   *
   * @param find the search string
   * @param octets its replacement, or the octets inserted before it
   * @param inserts whether the octets are inserted
   */
  record Edit(Octets find, Octets octets, boolean inserts) {}

  /** A random table. */
  static EditTable of(RandomGenerator random) {
    List<Edit> edits = new ArrayList<>();
    int count = random.nextInt(1, 5);
    for (int i = 0; i < count; i++) {
      Octets find = letters(random, random.nextInt(1, 5));
      int max = random.nextInt(8) == 0 ? 90 : 7;
      Octets octets = letters(random, random.nextInt(max));
      edits.add(new Edit(find, octets, !octets.isEmpty() && random.nextInt(4) == 0));
    }
    Octets trailer =
        random.nextInt(3) == 0 ? letters(random, random.nextInt(1, 9)) : Octets.empty();
    return new EditTable(
        edits, random.nextInt(2, 12), random.nextInt(1, 40), trailer, random.nextBoolean());
  }

  /** A random stream of octets that tables edit. */
  static byte[] stream(RandomGenerator random, int length, boolean mayHaveSpans) {
    byte[] octets = new byte[length];
    boolean spans = random.nextInt(3) == 0 && mayHaveSpans;
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) ('a' + random.nextInt(LETTERS));
      if (random.nextInt(40) == 0) {
        octets[i] = BLOCK;
      } else if (spans && random.nextInt(50) == 0) {
        octets[i] = random.nextInt(4) == 0 ? REST : SPAN;
      }
    }
    return octets;
  }

  /** The edited form of a block. */
  static byte[] reversed(byte[] block) {
    byte[] reversed = new byte[block.length + 1];
    for (int i = 0; i < block.length; i++) {
      reversed[block.length - 1 - i] = block[i];
    }
    reversed[block.length] = '!';
    return reversed;
  }

  private static Octets letters(RandomGenerator random, int length) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) ('a' + random.nextInt(LETTERS));
    }
    return Octets.of(octets);
  }
}
