package dev.midstream.worlds.plan;

import dev.midstream.modcmd.agent.DecisionBatch;
import dev.midstream.modcmd.agent.MemoryView;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** A stream and its edited form, when the agent is shown all of it at once. */
public final class WholeStream {
  private final byte[] octets;
  private final long[] newOffsets;
  private final ByteArrayOutputStream edited = new ByteArrayOutputStream();

  private WholeStream(byte[] octets) {
    this.octets = octets;
    newOffsets = new long[octets.length + 1];
  }

  /** A stream without edits. */
  public static WholeStream unchanged(byte[] octets) {
    return of(new UnitEditor(AgentPlan.PASSING), octets);
  }

  /** {@code octets} edited by {@code editor}. */
  public static WholeStream of(UnitEditor editor, byte[] octets) {
    WholeStream stream = new WholeStream(octets);
    MemoryView view = new MemoryView();
    view.show(MemorySegment.ofArray(octets), 0, octets.length, 0).mark(true, false);
    DecisionBatch batch = new DecisionBatch();
    batch.open(octets.length, true);
    editor.decide(view, batch);
    if (batch.refusal() != null) {
      throw new IllegalStateException(batch.refusal());
    }
    stream.apply(batch);
    return stream;
  }

  private void apply(DecisionBatch batch) {
    int at = 0;
    newOffsets[0] = 0;
    for (int i = 0; i < batch.size(); i++) {
      int count = (int) batch.count(i);
      switch (batch.kind(i)) {
        case PASS, SKIP -> at = pass(at, count);
        case REPLACE -> {
          edited.writeBytes(batch.octets(i).toArray());
          at = replace(at, count);
        }
        case SKIP_REST -> at = pass(at, octets.length - at);
        case NEED, REPLY, EXPECT, DETACH, NOT_MINE, RESET, REPORT ->
            throw new IllegalStateException("not an edit of a stream: " + batch.kind(i));
      }
    }
    if (at != octets.length) {
      throw new IllegalStateException("undecided at the end: offset=" + at);
    }
  }

  /** Offsets inside a replaced range map to its start. */
  private int replace(int at, int count) {
    if (count > 0) {
      Arrays.fill(newOffsets, at + 1, at + count, newOffsets[at]);
      newOffsets[at + count] = edited.size();
    }
    return at + count;
  }

  private int pass(int at, int count) {
    for (int i = 0; i < count; i++) {
      edited.write(octets[at + i]);
      newOffsets[at + i + 1] = edited.size();
    }
    return at + count;
  }

  public byte[] octets() {
    return octets;
  }

  public byte[] edited() {
    return edited.toByteArray();
  }

  public int editedLength() {
    return edited.size();
  }

  /**
   * The octets of the edited stream that must have arrived before {@code orgOffset} is
   * acknowledged.
   */
  public long newOffsetOf(long orgOffset) {
    return newOffsets[(int) orgOffset];
  }

  /** The stream with edits before {@code orgOffset} only. */
  public byte[] editedUpTo(long orgOffset) {
    int cut = (int) Math.min(orgOffset, octets.length);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(Arrays.copyOf(edited(), (int) newOffsetOf(cut)));
    all.write(octets, cut, octets.length - cut);
    return all.toByteArray();
  }
}
