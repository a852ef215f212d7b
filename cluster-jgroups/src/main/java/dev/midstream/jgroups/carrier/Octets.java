package dev.midstream.jgroups.carrier;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.ClusterMessageCodec;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessageCodec;
import dev.midstream.modcmd.state.StateWriter;
import java.util.Arrays;

/** Messages as octets: one octet that says which codec reads the rest, then the rest. */
public final class Octets {
  private static final int NODE = 1;
  private static final int LOG = 2;

  private Octets() {}

  /** The octets of a message between nodes. */
  public static byte[] of(ClusterMessage message) {
    StateWriter out = new StateWriter();
    out.octet(NODE);
    ClusterMessageCodec.write(message, out);
    return out.toOctets();
  }

  /** The octets of a message about a log. */
  public static byte[] of(LogMessage message) {
    StateWriter out = new StateWriter();
    out.octet(LOG);
    LogMessageCodec.write(message, out);
    return out.toOctets();
  }

  /**
   * Hands a message to the listener.
   *
   * @param octets whatever came, [offset, offset + length)
   * @return whether it could be read
   */
  public static boolean deliver(
      NodeId from, byte[] octets, int offset, int length, CarrierListener listener) {
    if (length < 1) {
      return false;
    }
    int end = offset + length;
    int kind = octets[offset];
    if (kind == NODE) {
      ClusterMessage message = ClusterMessageCodec.read(octets, offset + 1, end);
      if (message != null) {
        listener.onMessage(from, message);
      }
      return message != null;
    }
    LogMessage message =
        kind == LOG ? LogMessageCodec.read(Arrays.copyOfRange(octets, offset + 1, end)) : null;
    if (message != null) {
      listener.onLog(from, message);
    }
    return message != null;
  }
}
