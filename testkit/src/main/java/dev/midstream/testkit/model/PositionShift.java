package dev.midstream.testkit.model;

/**
 * One position and two offsets, as address translators keep them for the helpers that rewrite
 * addresses in payload: numbers up to the position of the last edit move by what the edits before
 * it added, numbers behind it by what all edits added. Of the edits before the last, only the sum
 * is known.
 */
public final class PositionShift implements Shift {
  private boolean anyEdit;
  private int position;
  private int offsetBefore;
  private int offsetAfter;

  @Override
  public void edited(int sequence, int growthBytes) {
    if (growthBytes != 0 && (!anyEdit || Shift.isAfter(sequence, position))) {
      anyEdit = true;
      position = sequence;
      offsetBefore = offsetAfter;
      offsetAfter += growthBytes;
    }
  }

  @Override
  public int forward(int sequence) {
    boolean behind = anyEdit && Shift.isAfter(sequence, position);
    return sequence + (behind ? offsetAfter : offsetBefore);
  }

  @Override
  public int backward(int acknowledgement) {
    boolean behind = anyEdit && Shift.isAfter(acknowledgement - offsetBefore, position);
    return acknowledgement - (behind ? offsetAfter : offsetBefore);
  }
}
