package dev.midstream.testkit.playbook;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.MemoryView;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** One direction of a played connection: its undecided octets and the received stream. */
final class PlayedStream {
  private static final long FOR_EVER = Long.MAX_VALUE;

  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private byte[] undecided = {};
  private long decidedBytes;
  private long opaqueBytes;
  private int neededBytes;
  private boolean ended;
  private boolean spanEndOwed;

  /** Appends octets of the sender; octets of an opaque span pass at once. */
  void arrive(byte[] octets) {
    int unseen = (int) Math.min(opaqueBytes, octets.length);
    received.write(octets, 0, unseen);
    decidedBytes += unseen;
    if (opaqueBytes != FOR_EVER) {
      opaqueBytes -= unseen;
    }
    int seen = octets.length - unseen;
    int before = undecided.length;
    undecided = Arrays.copyOf(undecided, before + seen);
    System.arraycopy(octets, unseen, undecided, before, seen);
  }

  void end() {
    ended = true;
  }

  boolean isOpaque() {
    return opaqueBytes > 0;
  }

  int undecidedLength() {
    return undecided.length;
  }

  /** Sets whether the agent is to be called once when the last skipped octet has left. */
  void setSpanEndOwed(boolean owed) {
    spanEndOwed = owed;
  }

  /** Whether the agent is to be called now, because a span has ended. */
  boolean isSpanEndOwed() {
    return spanEndOwed && !isOpaque();
  }

  /** Whether the agent needs more octets than have arrived. */
  boolean isStarved() {
    return undecided.length < neededBytes && !ended;
  }

  void show(MemoryView view, boolean flush) {
    view.show(MemorySegment.ofArray(undecided), 0, undecided.length, decidedBytes)
        .mark(ended, flush);
    neededBytes = 0;
  }

  void pass(long count) {
    received.write(undecided, 0, (int) count);
    drop((int) count);
  }

  void replace(long count, Octets octets) {
    received.writeBytes(octets.toArray());
    drop((int) count);
  }

  void insert(Octets octets) {
    received.writeBytes(octets.toArray());
  }

  void need(long length) {
    neededBytes = (int) length;
  }

  void skip(long count) {
    long here = Math.min(count, undecided.length);
    pass(here);
    opaqueBytes = count - here;
  }

  void skipRest() {
    pass(undecided.length);
    opaqueBytes = FOR_EVER;
  }

  Octets received() {
    return Octets.of(received.toByteArray());
  }

  private void drop(int count) {
    undecided = Arrays.copyOfRange(undecided, count, undecided.length);
    decidedBytes += count;
  }
}
