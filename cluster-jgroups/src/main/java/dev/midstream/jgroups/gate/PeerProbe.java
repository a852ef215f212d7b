package dev.midstream.jgroups.gate;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks which life listens at an address. Thread-safe. */
public final class PeerProbe {
  private final Gate gate;
  private final SocketAddress local;
  private final int timeoutMillis;

  /**
   * A probe.
   *
   * @param local the address to connect from; its port is not used
   * @param timeoutMillis how long a connection may take to be made
   */
  public PeerProbe(Gate gate, NodeAddress local, int timeoutMillis) {
    this.gate = gate;
    this.local = new InetSocketAddress(Addresses.inetAddress(local), 0);
    this.timeoutMillis = timeoutMillis;
  }

  /** What a probe found. */
  public sealed interface Finding {
    /** The machine answers that no process listens. */
    record Refused() implements Finding {}

    /** A life listens. */
    record Life(NodeId node) implements Finding {}

    /** One answers that is refused, or refuses. */
    record Stranger() implements Finding {}

    /**
     * No answer came in time.
     *
     * @param isAccepted whether the connection was made
     */
    record Silent(String why, boolean isAccepted) implements Finding {}

    /**
     * No answer can come: the connection broke, or was not made. So it is, too, while a process
     * dies: its connections end before its port does.
     *
     * @param isAccepted whether the connection was made
     */
    record Broken(String why, boolean isAccepted) implements Finding {}
  }

  /** Connects and asks. Waits. */
  public Finding ask(NodeAddress address) {
    Socket raw = new Socket();
    try {
      Finding failure = connect(raw, Addresses.socketAddress(address));
      return failure == null ? greet(raw) : failure;
    } finally {
      Gate.closeQuietly(raw);
    }
  }

  /*
   * The platform says "refused" by the class of the error. The other error of this class, a
   * connection that timed out, comes after minutes, and so never before the limit here.
   */
  private @Nullable Finding connect(Socket raw, InetSocketAddress address) {
    try {
      raw.bind(local);
      Gate.connect(raw, address, timeoutMillis);
      return null;
    } catch (ConnectException e) {
      return new Finding.Refused();
    } catch (SocketTimeoutException e) {
      return new Finding.Silent(String.valueOf(e.getMessage()), /* isAccepted= */ false);
    } catch (IOException e) {
      return new Finding.Broken(String.valueOf(e.getMessage()), /* isAccepted= */ false);
    }
  }

  private Finding greet(Socket raw) {
    long begunNanos = System.nanoTime();
    try {
      return new Finding.Life(gate.greet(raw, Greeting.Purpose.WATCH).peer().life());
    } catch (RefusedException e) {
      return new Finding.Stranger();
    } catch (IOException e) {
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
      return millis >= Gate.PROBE_MILLIS
          ? new Finding.Silent("no greeting within " + Gate.PROBE_MILLIS + " ms", true)
          : new Finding.Broken("the connection broke before the greeting", true);
    }
  }
}
