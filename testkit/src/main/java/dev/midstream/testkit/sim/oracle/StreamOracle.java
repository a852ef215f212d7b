package dev.midstream.testkit.sim.oracle;

import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Checks what each endpoint has delivered to its application: a function of what the other
 * application has written.
 */
public final class StreamOracle {
  private final UnaryOperator<byte[]> clientToServer;
  private final UnaryOperator<byte[]> serverToClient;

  /** Applies these functions to the streams of client and server. */
  public StreamOracle(UnaryOperator<byte[]> clientToServer, UnaryOperator<byte[]> serverToClient) {
    this.clientToServer = clientToServer;
    this.serverToClient = serverToClient;
  }

  /** The oracle of a path that changes nothing. */
  public static StreamOracle unchanged() {
    return new StreamOracle(UnaryOperator.identity(), UnaryOperator.identity());
  }

  /** Checks that both endpoints have delivered the complete streams. */
  public void checkComplete(Conversation conversation) {
    check("client to server", clientToServer, conversation.client(), conversation.server(), true);
    check("server to client", serverToClient, conversation.server(), conversation.client(), true);
  }

  /** Checks that both endpoints have delivered a prefix of the streams. */
  public void checkSoFar(Conversation conversation) {
    check("client to server", clientToServer, conversation.client(), conversation.server(), false);
    check("server to client", serverToClient, conversation.server(), conversation.client(), false);
  }

  private static void check(
      String name,
      UnaryOperator<byte[]> function,
      TcpEndpoint sender,
      TcpEndpoint receiver,
      boolean whole) {
    byte[] expected = function.apply(sender.written());
    byte[] got = receiver.received();
    int common = Math.min(expected.length, got.length);
    int at = Arrays.mismatch(expected, 0, common, got, 0, common);
    boolean tooLong = got.length > expected.length;
    if (at >= 0 || tooLong || (whole && got.length < expected.length)) {
      throw new AssertionError(
          "stream differs: direction="
              + name
              + " at="
              + (at >= 0 ? at : common)
              + " expectedBytes="
              + expected.length
              + " deliveredBytes="
              + got.length
              + "\n"
              + sender
              + "\n"
              + receiver);
    }
  }
}
