package dev.midstream.fuzz;

import java.io.ByteArrayOutputStream;

/** Inputs of {@link dev.midstream.testkit.playbook.AgentFuzz} as a server answers. */
final class OneReply {
  private static final byte TURN = (byte) 0xff;

  private OneReply() {}

  /**
   * The input with at most one line in each part of the server: a server does not answer commands
   * that it has not got, and what the agent holds back it has not got.
   */
  static byte[] atOnce(byte[] input) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    boolean isServer = false;
    boolean isAnswered = false;
    for (int at = 0; at < input.length; at++) {
      boolean isTurn = input[at] == TURN;
      boolean isLiteral = isTurn && at + 1 < input.length && input[at + 1] == TURN;
      if (isTurn && !isLiteral) {
        isServer = !isServer;
        isAnswered = false;
      }
      if (!isServer || !isAnswered) {
        output.write(input, at, isLiteral ? 2 : 1);
      }
      isAnswered |= isServer && input[at] == '\n';
      at += isLiteral ? 1 : 0;
    }
    return output.toByteArray();
  }
}
