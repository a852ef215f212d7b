package dev.midstream.testkit.model;

/**
 * One running sum: every number moves by the growth of all edits so far. A retransmitted edit is
 * recognized by its position and not added twice.
 */
public final class SumShift implements Shift {
  private boolean anyEdit;
  private int lastEdit;
  private int sum;
  private int pending;

  @Override
  public void edited(int sequence, int growthBytes) {
    if (!anyEdit || Shift.isAfter(sequence, lastEdit)) {
      anyEdit = true;
      lastEdit = sequence;
      pending = growthBytes;
    }
  }

  /**
   * The segment that is edited leaves with the sum before its edit, all later segments with the new
   * sum.
   */
  @Override
  public int forward(int sequence) {
    int moved = sequence + sum;
    sum += pending;
    pending = 0;
    return moved;
  }

  @Override
  public int backward(int acknowledgement) {
    return acknowledgement - sum;
  }
}
