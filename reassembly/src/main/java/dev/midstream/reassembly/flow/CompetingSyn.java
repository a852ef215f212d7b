package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.wire.header.FrameView;

/**
 * A SYN for ends that have a connection already: it may open another one, which its answer shows.
 *
 * @param handshake what it said
 * @param direction the direction of the known connection that it was sent in
 */
public record CompetingSyn(Handshake handshake, Direction direction) {

  /** Whether the SYN-ACK in {@code view} answers it. */
  public boolean isAnswer(FrameView view, Direction sentIn) {
    return sentIn != direction && handshake.isAcknowledgedBy(view.acknowledgement(), 0);
  }
}
