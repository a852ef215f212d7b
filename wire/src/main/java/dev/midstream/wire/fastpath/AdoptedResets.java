package dev.midstream.wire.fastpath;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.segment.ResetReply;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Resets the ends of adopted connections, whose numbers nothing maps any more. Belongs to one
 * thread.
 */
final class AdoptedResets implements AutoCloseable {
  /*
   * Only a RST with the number that the end expects next is obeyed (RFC 5961 section 3.2). The entry may not know
   * it: the process forwarded segments that the kernel did not see, or some are on their way. So each end is asked,
   * too, and whatever it sends gets the RST of a closed port, until it has sent one itself.
   *
   *   RST with a number that it may expect  ──>
   *   question                              ──>  closed: RST, that is all
   *                                         <──  open: acknowledgement
   *   RST with that number, question        ──>
   */

  /** So long ends may take to answer. */
  private static final long PATIENCE_NANOS = 500_000_000;

  private static final int MAX_BATCH = 64;
  private static final int MAX_VLAN_ID = 0xfff;

  private final Arena arena = Arena.ofConfined();
  private final LinkSocket socket = new LinkSocket(new Linux(arena));
  private final FlowKey heard = new FlowKey(arena.allocate(FlowKey.BYTES, Long.BYTES));
  private final AdoptedFrame frame = new AdoptedFrame();
  private final FrameView view = new FrameView();
  private final ResetReply reply = new ResetReply();

  /** The ends that may be open: the directions that they send, and the interfaces towards them. */
  private final Map<ByteBuffer, Integer> open = new HashMap<>();

  /**
   * Resets the sender of a direction, which is forwarded no more.
   *
   * @param key the direction
   * @param entry its entry
   * @param other that of the other direction
   */
  void resetSender(FlowKey key, FlowEntry entry, FlowEntry other) {
    open.put(Orphans.name(key), other.index());
    if (AdoptedFrame.hasLink(entry)) {
      int acknowledged = entry.acknowledgement();
      int sent = other.end() + other.sequenceShift();
      if (sent != acknowledged && isRead(frame.of(key, entry, sent))) {
        socket.send(other.index(), reply.to(view));
      }
      if (isRead(frame.of(key, entry, acknowledged))) {
        resetAndAsk(other.index());
      }
    }
    hear();
  }

  private boolean isRead(Packet packet) {
    return view.read(packet) == FrameKind.TCP && view.vlanIds() <= MAX_VLAN_ID;
  }

  private void resetAndAsk(int index) {
    socket.send(index, reply.to(view));
    socket.send(index, reply.questionTo(view));
    if (view.options().hasTimestamps()) {
      socket.send(index, reply.timestampedQuestionTo(view));
    }
  }

  /** Replies to what the ends send until all are closed, or do not answer any more. */
  void await() {
    long startNanos = System.nanoTime();
    long left = PATIENCE_NANOS;
    while (!open.isEmpty() && left > 0) {
      socket.await(left);
      hear();
      left = PATIENCE_NANOS - (System.nanoTime() - startNanos);
    }
  }

  private void hear() {
    @Nullable Packet packet = socket.receive();
    for (int i = 1; packet != null; i++) {
      if (isRead(packet)) {
        onSegment();
      }
      packet = i < MAX_BATCH ? socket.receive() : null;
    }
  }

  private void onSegment() {
    ByteBuffer name = Orphans.name(heard.set(view));
    @Nullable Integer index = open.get(name);
    if (index == null) {
      return;
    }
    if (view.isRst() || view.isSyn()) {
      open.remove(name);
    } else if (view.isAck()) {
      resetAndAsk(index);
    }
  }

  @Override
  public void close() {
    socket.close();
    arena.close();
  }
}
