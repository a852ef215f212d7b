package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rewrite.AcknowledgementRewrite;
import dev.midstream.reassembly.stream.Edits;
import dev.midstream.reassembly.stream.SendWindow;
import dev.midstream.reassembly.stream.SenderSide;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.PacketOutput;

/**
 * Resets one end of a connection and takes its place towards the other one, which goes on to the
 * end of both streams.
 */
final class OneEndReset {
  private final ResetSender resets;

  OneEndReset(ResetSender resets) {
    this.resets = resets;
  }

  /** Resets the receiver of {@code towards}. The rest of both streams is deleted. */
  void perform(Connection connection, Direction towards, long timeNanos, PacketOutput output) {
    resets.sendTo(connection, towards, timeNanos, output);
    connection.openPhase().noteAborted(towards);
    endReceived(connection.stream(towards), timeNanos);
    endSent(connection.stream(towards.opposite()));
  }

  /** The engine has received the whole stream to the reset end in its place. */
  private static void endReceived(Stream stream, long nowNanos) {
    stream.edits().commit().noteReceiverReset();
    stream.edits().takeFin();
    stream.receiver().releaseTo(stream.newEnd());
    stream.edits().releaseFin();
    stream.sender().waitTimes().clearFin();
    SendWindow window = stream.receiver().sendWindow();
    window.setRightEdge(Math.max(window.rightEdge(), stream.newNext()));
    AcknowledgementRewrite.acknowledgeAll(stream, nowNanos);
  }

  /** The stream of the reset end is over after what is decided. The engine owns what was sent. */
  private static void endSent(Stream stream) {
    Edits edits = stream.edits();
    SenderSide sender = stream.sender();
    edits.takeFin();
    if (!edits.fin().isReached()) {
      edits.withdrawFin();
      edits.arriveFin(stream.heldEnd());
    }
    stream.endAtFin();
    sender.window().raiseTo(stream.decided()); // an engine before this one let them in
    sender.custody().advanceTo(stream.decided());
    sender.advertise(stream.decided());
    sender.pendingAcks().clear();
    sender.gapFill().stopTimer();
    sender.waitTimes().clearGap();
  }
}
