package dev.midstream.testkit.model;

/**
 * One position and two offsets, as address translators keep them for helpers that rewrite addresses
 * in payload. Numbers up to the position of the last edit move by the growth of the edits before
 * it. Numbers after it move by the growth of all edits. Of the edits before the last one, only the
 * sum is known.
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
    boolean after = anyEdit && Shift.isAfter(sequence, position);
    return sequence + (after ? offsetAfter : offsetBefore);
  }

  @Override
  public int backward(int acknowledgement) {
    boolean after = anyEdit && Shift.isAfter(acknowledgement - offsetBefore, position);
    return acknowledgement - (after ? offsetAfter : offsetBefore);
  }
}
