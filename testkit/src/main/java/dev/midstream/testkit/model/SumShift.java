package dev.midstream.testkit.model;

/**
 * One running sum: every number moves by what all edits so far added. An edit that is seen again is
 * known by its place and not added twice.
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

  /** The segment that was edited first leaves by the sum before it, all after by the new one. */
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
