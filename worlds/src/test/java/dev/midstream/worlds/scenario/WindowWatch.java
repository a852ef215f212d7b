package dev.midstream.worlds.scenario;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Checks the window advertised to a client against the output that waits in the engine. Between two
 * calls the window is zero only if the server's window is used up, or if output waits because
 * octets in custody leave at the rate of a sender (H-21). Output beyond the limit and one batch
 * never waits.
 */
final class WindowWatch implements PacketObserver {
  private final FrameView view = new FrameView();
  private final SequenceSpace client;
  private final int scale;
  private final long waitingBytes;
  private final IntFunction<@Nullable Octets> edits;
  private long decided;
  private long largestBatch;
  private long released;
  private long right;
  private long acknowledged;
  private int advertisedField = -1;
  private int closed;

  /**
   * Checks one conversation.
   *
   * @param scale the server's window scale
   * @param waitingBytes limit of output that waits for the server's window
   * @param edits the replacement of a client octet; null if it stays
   */
  WindowWatch(Ends ends, int scale, long waitingBytes, IntFunction<@Nullable Octets> edits) {
    client = new SequenceSpace(ends.clientIsn());
    this.scale = scale;
    this.waitingBytes = waitingBytes;
    this.edits = edits;
  }

  /** An agent that edits octet by octet and counts its output. */
  Agent<?> agent() {
    return LambdaAgent.by((direction, octets, out) -> {
      long before = decided;
      for (int i = 0; i < octets.length(); i++) {
        Octets edited = direction == Direction.CLIENT_TO_SERVER ? edits.apply(octets.at(i)) : null;
        if (edited == null) {
          out.pass(1);
        } else {
          out.replace(1, edited);
        }
        decided += direction == Direction.SERVER_TO_CLIENT ? 0 : length(edited);
      }
      largestBatch = Math.max(largestBatch, decided - before);
    });
  }

  private static int length(@Nullable Octets edited) {
    return edited == null ? 1 : edited.length();
  }

  /** How often a zero window was advertised to the client. */
  int closed() {
    return closed;
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (place != Place.INTO_BOX && place != Place.OUT_OF_BOX) {
      return;
    }
    if (place == Place.INTO_BOX) {
      check(nowNanos);
    }
    if (view.read(packet) != FrameKind.TCP || view.isSyn()) {
      return;
    }
    if (place == Place.INTO_BOX && leg == Leg.OUTSIDE) {
      long ack = client.offsetOf(view.acknowledgement(), acknowledged);
      acknowledged = Math.max(acknowledged, ack);
      right = Math.max(right, ack + ((long) view.windowField() << scale));
    } else if (place == Place.OUT_OF_BOX && leg == Leg.OUTSIDE) {
      long start = client.offsetOf(view.sequence(), released);
      released = Math.max(released, start + view.payloadLength());
    } else if (place == Place.OUT_OF_BOX) {
      advertisedField = view.windowField();
      closed += advertisedField == 0 ? 1 : 0;
    }
  }

  private void check(long nowNanos) {
    long waiting = decided - released;
    if (advertisedField == 0 && released < right && waiting == 0) {
      throw new AssertionError(
          "zero window without cause: released=%d right=%d nanos=%d"
              .formatted(released, right, nowNanos));
    }
    if (waiting > waitingBytes + largestBatch) {
      throw new AssertionError(
          "too much output waits: waitingBytes=%d batchBytes=%d nanos=%d"
              .formatted(waiting, largestBatch, nowNanos));
    }
  }
}
