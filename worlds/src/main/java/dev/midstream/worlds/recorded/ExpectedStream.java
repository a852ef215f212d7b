package dev.midstream.worlds.recorded;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The expected output of a recorded stream: the edits applied to all of it at once. Editing ends at
 * the first missing octet that the agent would be shown; the rest stays unedited. Octets that were
 * not recorded do not leave.
 */
public final class ExpectedStream {
  private final EditTable table;
  private final RecordedStream recorded;
  private final byte[] octets;
  private final ByteArrayOutputStream edited = new ByteArrayOutputStream();
  private final BitSet present = new BitSet();
  private boolean looking = true;
  private int at;

  ExpectedStream(EditTable table, RecordedStream recorded) {
    this.table = table;
    this.recorded = recorded;
    octets = recorded.octets();
    while (looking && at < octets.length && recorded.hasPassed(at)) {
      apply();
    }
    boolean ends = looking && at == octets.length && recorded.isEndReached();
    if (ends) {
      put(table.trailer().toArray());
    }
    keep(octets.length - at);
  }

  public byte[] octets() {
    return edited.toByteArray();
  }

  public int length() {
    return edited.size();
  }

  public boolean has(int at) {
    return present.get(at);
  }

  private void apply() {
    switch (octets[at]) {
      case EditTable.REST -> looking = false;
      case EditTable.SPAN -> {
        int length = 1 + table.skipLength();
        looking = at + length <= octets.length;
        keep(Math.min(length, octets.length - at));
      }
      default -> applyAt(firstMissing());
    }
  }

  private void applyAt(int end) {
    if (octets[at] == EditTable.BLOCK && at + table.blockLength() <= end) {
      put(EditTable.reversed(Arrays.copyOfRange(octets, at, at + table.blockLength())));
      at += table.blockLength();
      return;
    }
    for (EditTable.Edit edit : table.edits()) {
      int stop = at + edit.find().length();
      if (stop <= end && Arrays.equals(octets, at, stop, edit.find().toArray(), 0, stop - at)) {
        put(edit.octets().toArray());
        if (edit.inserts()) {
          keep(stop - at);
        }
        at = stop;
        return;
      }
    }
    keep(1);
  }

  private int firstMissing() {
    int end = at;
    while (end < octets.length && recorded.hasPassed(end)) {
      end++;
    }
    return end;
  }

  private void put(byte[] made) {
    present.set(edited.size(), edited.size() + made.length);
    edited.writeBytes(made);
  }

  private void keep(int length) {
    for (int i = 0; i < length; i++) {
      present.set(edited.size(), recorded.hasPassed(at));
      edited.write(octets[at++]);
    }
  }
}
