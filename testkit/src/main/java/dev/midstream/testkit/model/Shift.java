package dev.midstream.testkit.model;

/** The translation of the sequence numbers of one direction in a model. Not thread-safe. */
public interface Shift {

  /**
   * Notes that an edit of the segment at {@code sequence} made its payload {@code growthBytes}
   * longer.
   */
  void edited(int sequence, int growthBytes);

  /** The sequence number that the receiver gets for {@code sequence}. */
  int forward(int sequence);

  /** The acknowledgement that the sender gets for the receiver's {@code acknowledgement}. */
  int backward(int acknowledgement);

  /** Whether {@code sequence} comes after {@code other}, modulo 2^32. */
  static boolean isAfter(int sequence, int other) {
    return sequence - other > 0;
  }
}
