package dev.midstream.worlds.plan;

import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.MemoryView;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream and what its receiver must get: the edits of an agent that is shown all of it, and the
 * replies that are put in later. Each edit is an original range and the octets in its place. The
 * agent is asked as far as edits are wanted, because it may be asked anew many times.
 */
public final class WholeStream {
  private static final int STEP_BYTES = 1 << 14;

  private final byte[] octets;
  private final @Nullable UnitEditor agent;
  private final List<Edit> edits = new ArrayList<>();
  private long[] newStarts = new long[16];
  private @Nullable UnitEditor editor;
  private long editedTo;

  /** Original octets {@code [start, end)} and the octets that take their place. */
  private record Edit(long start, long end, Octets octets, boolean reply) {
    private boolean isReplyAt(long offset) {
      return reply && start == offset;
    }
  }

  private WholeStream(byte[] octets, @Nullable UnitEditor agent) {
    this.octets = octets;
    this.agent = agent;
    editor = agent;
  }

  /** A stream without edits. */
  public static WholeStream unchanged(byte[] octets) {
    return new WholeStream(octets, null);
  }

  /** {@code octets} edited by {@code agent}, which never throws. */
  public static WholeStream of(UnitEditor agent, byte[] octets) {
    return new WholeStream(octets, agent);
  }

  /** Adds the edits that start at {@code orgOffset} or before. */
  private void editTo(long orgOffset) {
    int step = STEP_BYTES;
    while (editor != null && editedTo <= orgOffset) {
      long before = editedTo;
      edit(editor, (int) Math.min(octets.length - editedTo, step));
      step = editedTo > before ? STEP_BYTES : 2 * step;
    }
  }

  /** Adds the edits of the next {@code length} octets, as far as they are decided. */
  private void edit(UnitEditor by, int length) {
    boolean ends = editedTo + length == octets.length;
    MemoryView view = new MemoryView();
    view.show(MemorySegment.ofArray(octets), editedTo, length, editedTo).mark(ends, false);
    EditRecorder recorder = new EditRecorder(editedTo, octets.length, ends, this::add);
    by.decide(Direction.CLIENT_TO_SERVER, view, recorder);
    editedTo = recorder.decided();
    if (ends || recorder.isOver()) {
      editor = null;
    }
  }

  private void add(long start, long end, Octets replacement) {
    edits.add(new Edit(start, end, replacement, false));
    place(edits.size() - 1);
  }

  /**
   * Puts {@code reply} in at {@code orgOffset}, after what was decided before it and before every
   * edit that starts there or later.
   */
  public void insert(long orgOffset, Octets reply) {
    editTo(orgOffset);
    int index = lastBefore(orgOffset) + 1;
    while (index < edits.size() && edits.get(index).isReplyAt(orgOffset)) {
      index++;
    }
    edits.add(index, new Edit(orgOffset, orgOffset, reply, true));
    for (int i = index; i < edits.size(); i++) {
      place(i);
    }
  }

  private void place(int index) {
    if (index == newStarts.length) {
      newStarts = Arrays.copyOf(newStarts, 2 * index);
    }
    newStarts[index] = newEndOf(index - 1, edits.get(index).start());
  }

  /** Where {@code orgOffset}, at or after the end of the edit {@code index}, lies. */
  private long newEndOf(int index, long orgOffset) {
    if (index < 0) {
      return orgOffset;
    }
    Edit edit = edits.get(index);
    return newStarts[index] + edit.octets().length() + orgOffset - edit.end();
  }

  /** The last edit that starts before {@code orgOffset}; −1 without one. */
  private int lastBefore(long orgOffset) {
    int low = 0;
    int high = edits.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (edits.get(middle).start() < orgOffset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  public byte[] octets() {
    return octets;
  }

  /** What was decided until now: to go back there if it is lost. */
  public Runnable memento() {
    List<Edit> then = List.copyOf(edits);
    UnitEditor editing = editor;
    long end = editedTo;
    return () -> {
      edits.clear();
      edits.addAll(then);
      editor = editing;
      editedTo = end;
      for (int i = 0; i < edits.size(); i++) {
        place(i);
      }
    };
  }

  /** The octets of the edited stream. */
  public byte[] edited() {
    editTo(octets.length);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int at = 0;
    for (Edit each : edits) {
      all.write(octets, at, (int) each.start() - at);
      all.writeBytes(each.octets().toArray());
      at = (int) each.end();
    }
    all.write(octets, at, octets.length - at);
    return all.toByteArray();
  }

  public long editedLength() {
    editTo(octets.length);
    return newEndOf(edits.size() - 1, octets.length);
  }

  /**
   * The octets of the edited stream that precede {@code orgOffset}: all of its edits before it, and
   * none that start there. For an offset inside an edit, the start of that edit.
   */
  public long newOffsetOf(long orgOffset) {
    editTo(orgOffset);
    int index = lastBefore(orgOffset);
    boolean inside = index >= 0 && orgOffset < edits.get(index).end();
    return inside ? newStarts[index] : newEndOf(index, orgOffset);
  }

  /** The most octets of the edited stream that precede the original octet at {@code orgOffset}. */
  public long newEndOf(long orgOffset) {
    long end = Math.min(orgOffset, octets.length);
    editTo(end);
    int index = lastBefore(end);
    return newEndOf(index, end) + insertedAt(index + 1, end);
  }

  /** Whether octets up to {@code newOffset} may end where {@code orgOffset} ends. */
  public boolean mayEndAt(long orgOffset, long newOffset) {
    editTo(orgOffset);
    int index = lastBefore(orgOffset);
    boolean inside = index >= 0 && orgOffset < edits.get(index).end();
    long end = inside ? edits.get(index).end() : orgOffset;
    long least = newEndOf(index, end);
    return least <= newOffset && newOffset <= least + insertedAt(index + 1, end);
  }

  private long insertedAt(int index, long orgOffset) {
    long inserted = 0;
    for (int i = index; i < edits.size() && edits.get(i).start() == orgOffset; i++) {
      inserted += edits.get(i).end() == orgOffset ? edits.get(i).octets().length() : 0;
    }
    return inserted;
  }

  /** The highest offset that is not inside an edit and has at most these octets before it. */
  public long orgOffsetOf(long newOffset) {
    while (editor != null && newEndOfEditAt(editedTo) <= newOffset) {
      editTo(editedTo);
    }
    long low = 0;
    long high = editor == null ? octets.length : editedTo;
    while (low < high) {
      long middle = (low + high + 1) >>> 1;
      if (newEndOfEditAt(middle) <= newOffset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private long newEndOfEditAt(long orgOffset) {
    int index = lastBefore(orgOffset);
    boolean inside = index >= 0 && orgOffset < edits.get(index).end();
    return inside ? newEndOf(index, edits.get(index).end()) : newEndOf(index, orgOffset);
  }

  /** Original octets that edits starting in [orgStart, orgEnd) take out. */
  public long replacedBytes(long orgStart, long orgEnd) {
    editTo(orgEnd);
    long sum = 0;
    for (int i = lastBefore(orgStart) + 1; i < edits.size() && edits.get(i).start() < orgEnd; i++) {
      sum += edits.get(i).end() - edits.get(i).start();
    }
    return sum;
  }

  /**
   * Octets {@code [start, end)} pass unedited, and the agent, if any, decides anew from {@code end}
   * on. No reply lies behind {@code start}, where decisions ended.
   */
  public void pass(long start, long end) {
    endEditsAt(start);
    editor = agent;
    editedTo = end;
  }

  /** Where the first reply in {@code [orgStart, orgEnd)} is; {@code orgEnd} if there is none. */
  public long nextReply(long orgStart, long orgEnd) {
    return edits.stream()
        .filter(each -> each.reply() && each.start() >= orgStart && each.start() < orgEnd)
        .mapToLong(Edit::start)
        .findFirst()
        .orElse(orgEnd);
  }

  /** Removes the edits from {@code orgOffset} on; replies stay. */
  public void endEditsAt(long orgOffset) {
    editTo(orgOffset);
    editor = null;
    edits.removeIf(each -> !each.reply() && each.start() >= orgOffset);
    for (int i = 0; i < edits.size(); i++) {
      place(i);
    }
  }

  /** Whether {@code view}, which ends within this stream, shows it as its sender wrote it. */
  public boolean isAsWritten(OctetView view) {
    for (int i = 0; i < view.length(); i++) {
      if (view.at(i) != octets[(int) view.start() + i]) {
        return false;
      }
    }
    return true;
  }
}
