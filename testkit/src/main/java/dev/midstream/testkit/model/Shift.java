package dev.midstream.testkit.model;

/** How a model moves the sequence numbers of one direction. Not thread-safe. */
public interface Shift {

  /** The payload of the segment at {@code sequence} was edited and grew by {@code growthBytes}. */
  void edited(int sequence, int growthBytes);

  /** The number that the receiver is to see for {@code sequence}. */
  int forward(int sequence);

  /** The number that the sender is to see for the receiver's {@code acknowledgement}. */
  int backward(int acknowledgement);

  /** Whether {@code sequence} comes after {@code other}, modulo 2^32. */
  static boolean isAfter(int sequence, int other) {
    return sequence - other > 0;
  }
}
