package dev.midstream.testkit.playbook;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.AgentCursor;
import dev.midstream.modcmd.call.MemoryView;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** One direction of a played connection: its undecided octets and the received stream. */
final class PlayedStream {
  private static final long FOR_EVER = Long.MAX_VALUE;

  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final AgentCursor cursor = new AgentCursor();
  private byte[] undecided = {};
  private long decidedBytes;
  private long droppedBytes;
  private long opaqueBytes;
  private boolean ended;
  private boolean settled;
  private boolean spanEndOwed;

  AgentCursor cursor() {
    return cursor;
  }

  /** Appends octets of the sender. */
  void arrive(Octets octets) {
    int before = undecided.length;
    undecided = Arrays.copyOf(undecided, before + octets.length());
    octets.copyTo(0, octets.length(), MemorySegment.ofArray(undecided), before);
  }

  /** The sender's stream ends behind what has arrived. */
  void end() {
    ended = true;
  }

  /** Whether all octets up to the end of the stream have arrived. */
  boolean isComplete() {
    return ended;
  }

  /** Whether the next octets are skipped or dropped. */
  boolean isUnseen() {
    return opaqueBytes > 0 || droppedBytes > 0;
  }

  int undecidedLength() {
    return undecided.length;
  }

  /** The undecided octets. */
  Octets undecided() {
    return Octets.of(undecided);
  }

  long decided() {
    return decidedBytes;
  }

  /** Sets whether the agent is to be called once when the last octet of a span has come. */
  void setSpanEndOwed(boolean owed) {
    spanEndOwed = owed;
  }

  /** Whether the agent is to be called now, because a span has ended. */
  boolean isSpanEndOwed() {
    return spanEndOwed && !isUnseen();
  }

  /** Whether the end of the stream is decided: nothing more can be inserted. */
  boolean isSettled() {
    return settled;
  }

  /** Decides the end of the stream. */
  void settle() {
    settled = true;
  }

  /** Shows the first {@code length} undecided octets. */
  void show(MemoryView view, int length, boolean flush) {
    boolean ends = ended && length == undecided.length;
    view.show(MemorySegment.ofArray(undecided), 0, length, decidedBytes).mark(ends, flush);
  }

  /** Deletes and passes octets of spans that have arrived. */
  void applySpans() {
    int dropped = (int) Math.min(droppedBytes, undecided.length);
    take(dropped);
    droppedBytes -= droppedBytes == FOR_EVER ? 0 : dropped;
    int count = (int) Math.min(opaqueBytes, undecided.length);
    pass(count);
    opaqueBytes -= opaqueBytes == FOR_EVER ? 0 : count;
  }

  void pass(long count) {
    received.write(undecided, 0, (int) count);
    take((int) count);
  }

  void replace(long count, Octets octets) {
    received.writeBytes(octets.toArray());
    take((int) count);
  }

  void insert(Octets octets) {
    received.writeBytes(octets.toArray());
  }

  /** Ends the received stream; what is undecided, or still to come, is deleted. */
  void finish() {
    settled = true;
    opaqueBytes = 0;
    droppedBytes = FOR_EVER;
    applySpans();
  }

  void drop(long count) {
    droppedBytes = count;
    applySpans();
  }

  void skip(long count) {
    opaqueBytes = count;
    applySpans();
  }

  void skipRest() {
    skip(FOR_EVER);
  }

  Octets received() {
    return Octets.of(received.toByteArray());
  }

  private void take(int count) {
    if (count == 0) {
      return;
    }
    undecided = Arrays.copyOfRange(undecided, count, undecided.length);
    decidedBytes += count;
  }
}
