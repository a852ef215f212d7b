package dev.midstream.bench.carrier;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.jgroups.carrier.Octets;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The same messages on a bare connection: a length, then the octets. Not thread-safe. */
final class BareMessages {
  private static final NodeId NOBODY = new NodeId(NodeAddress.ofIpv4(0, 1), new UUID(0, 0));
  private static final int BUFFER_BYTES = 1 << 16;

  private final DataInputStream in;
  private final DataOutputStream out;
  private @Nullable LogMessage last;

  BareMessages(Socket socket) throws IOException {
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES));
  }

  void write(byte[] octets) throws IOException {
    out.writeInt(octets.length);
    out.write(octets);
    out.flush();
  }

  /** Waits for a message. */
  LogMessage read() throws IOException {
    byte[] octets = new byte[in.readInt()];
    in.readFully(octets);
    last = null;
    LogListener keeping =
        new LogListener() {
          @Override
          public void onLog(NodeId from, LogMessage message) {
            last = message;
          }
        };
    Octets.deliver(NOBODY, octets, 0, octets.length, keeping);
    LogMessage read = last;
    if (read == null) {
      throw new IOException("no message about a log");
    }
    return read;
  }
}
