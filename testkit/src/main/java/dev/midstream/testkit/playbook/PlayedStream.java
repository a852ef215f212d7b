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
  private long droppedBytes;
  private long opaqueBytes;
  private int neededBytes;
  private boolean ended;
  private boolean spanEndOwed;

  /** Appends octets of the sender; those of a span pass, or are deleted, at once. */
  void arrive(byte[] octets) {
    int dropped = (int) Math.min(droppedBytes, octets.length);
    droppedBytes -= dropped;
    int passed = (int) Math.min(opaqueBytes, octets.length - dropped);
    received.write(octets, dropped, passed);
    if (opaqueBytes != FOR_EVER) {
      opaqueBytes -= passed;
    }
    int unseen = dropped + passed;
    decidedBytes += unseen;
    int seen = octets.length - unseen;
    int before = undecided.length;
    undecided = Arrays.copyOf(undecided, before + seen);
    System.arraycopy(octets, unseen, undecided, before, seen);
  }

  void end() {
    ended = true;
  }

  /** Whether the next octets are skipped or dropped. */
  boolean isUnseen() {
    return opaqueBytes > 0 || droppedBytes > 0;
  }

  int undecidedLength() {
    return undecided.length;
  }

  /** Sets whether the agent is to be called once when the last octet of a span has come. */
  void setSpanEndOwed(boolean owed) {
    spanEndOwed = owed;
  }

  /** Whether the agent is to be called now, because a span has ended. */
  boolean isSpanEndOwed() {
    return spanEndOwed && !isUnseen();
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
    take((int) count);
  }

  void replace(long count, Octets octets) {
    received.writeBytes(octets.toArray());
    take((int) count);
  }

  void drop(long count) {
    int here = (int) Math.min(count, undecided.length);
    take(here);
    droppedBytes = count - here;
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

  private void take(int count) {
    undecided = Arrays.copyOfRange(undecided, count, undecided.length);
    decidedBytes += count;
  }
}
