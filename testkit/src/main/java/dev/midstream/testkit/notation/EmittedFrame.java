package dev.midstream.testkit.notation;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.ScriptedSegment.Flaws;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A frame that left a box.
 *
 * @param leg the side on which it left
 * @param frame the captured octets
 * @param cutBytes octets at the end that the capture left out
 */
public record EmittedFrame(Leg leg, Octets frame, int cutBytes) {

  /** A copy of the current octets of {@code packet}. */
  public static EmittedFrame of(Packet packet, Leg leg) {
    return new EmittedFrame(leg, Octets.of(Frames.octets(packet)), packet.missingBytes());
  }

  /** The frame as a line of a script between {@code ends}. */
  public String line(Ends ends) {
    String arrow = direction() == Direction.CLIENT_TO_SERVER ? ">s " : ">c ";
    return arrow + segment(ends).text();
  }

  /** The direction of the frame, if it belongs to the endpoints of the script. */
  Direction direction() {
    return leg == Leg.OUTSIDE ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
  }

  /**
   * The segment in the frame.
   *
   * @throws AssertionError if the frame contains no segment between {@code ends}
   */
  ScriptedSegment segment(Ends ends) {
    byte[] whole = Arrays.copyOf(frame.toArray(), frame.length() + cutBytes);
    Packet packet = Frames.packet(whole, leg, 0);
    FrameView view = new FrameView();
    if (view.read(packet) != FrameKind.TCP || !isBetween(ends, view)) {
      throw new AssertionError("not a whole segment between the ends by leg=" + leg + ": " + frame);
    }
    if (!view.isIpv4HeaderChecksumRight()) {
      throw new AssertionError("wrong IPv4 header checksum: " + frame);
    }
    int isn = ends.isn(direction());
    int otherIsn = ends.isn(direction().opposite());
    boolean acks = (view.flags() & TcpFlags.ACK) != 0;
    return new ScriptedSegment(
        view.flags(),
        view.sequence() - isn,
        view.payloadLength(),
        acks ? view.acknowledgement() - otherIsn : null,
        view.windowField(),
        view.urgentPointer(),
        IpNotation.of(view),
        OptionNotation.decode(range(view.tcpOffset() + 20, view.payloadOffset()), otherIsn),
        range(view.payloadOffset(), view.frameLength()),
        new Flaws(
            cutBytes == 0 && !view.isTcpChecksumRight(),
            false,
            cutBytes,
            whole.length - view.frameLength()));
  }

  private boolean isBetween(Ends ends, FrameView view) {
    FrameView sample = new FrameView();
    byte[] octets = new FrameBuilder(ends, direction()).build();
    sample.read(new Packet().at(MemorySegment.ofArray(octets), 0, octets.length));
    return view.vlanIds() == sample.vlanIds()
        && view.sourceHigh() == sample.sourceHigh()
        && view.sourceLow() == sample.sourceLow()
        && view.destinationHigh() == sample.destinationHigh()
        && view.destinationLow() == sample.destinationLow()
        && view.sourcePort() == sample.sourcePort()
        && view.destinationPort() == sample.destinationPort()
        && Arrays.equals(frame.toArray(), 0, view.ipOffset(), octets, 0, sample.ipOffset());
  }

  /** The captured octets of [from, to). */
  private Octets range(int from, int to) {
    int length = frame.length();
    return Octets.of(
        Arrays.copyOfRange(frame.toArray(), Math.min(from, length), Math.min(to, length)));
  }
}
