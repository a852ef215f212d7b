package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.wire.header.FrameView;

/**
 * A SYN with another initial sequence number for the ends of a known connection. It opens a new
 * connection if it is answered.
 *
 * @param handshake the contents of the SYN
 * @param direction the direction of the known connection in which it was sent
 */
public record CompetingSyn(Handshake handshake, Direction direction) {

  /** Whether the SYN-ACK in {@code view} answers this SYN. */
  public boolean isAnswer(FrameView view, Direction sentIn) {
    return sentIn != direction && handshake.isAcknowledgedBy(view.acknowledgement(), 0);
  }
}
