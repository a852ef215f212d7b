package dev.midstream.agents.ftp;

import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;

/**
 * What was agreed on the control connection.
 *
 * @param user the name of the last USER that was answered; empty before
 * @param passivePort the port at the server for the next passive data connection; 0 for none
 * @param activePort the port at the client for active data connections; 0 for none
 * @param isOnlyExtended whether the client has said EPSV ALL (RFC 2428 section 4)
 * @param isTransferring whether the server has announced the transfer whose reply is due
 */
record Session(
    String user, int passivePort, int activePort, boolean isOnlyExtended, boolean isTransferring) {
  static final Session NEW = new Session("", 0, 0, false, false);
  private static final int MAX_PORT = 65_535;

  Session withUser(String other) {
    return new Session(other, passivePort, activePort, isOnlyExtended, isTransferring);
  }

  /** A new one takes the place of any other, also of the other kind (RFC 959 section 4.1.2). */
  Session withPassivePort(int port) {
    return new Session(user, port, 0, isOnlyExtended, isTransferring);
  }

  Session withActivePort(int port) {
    return new Session(user, 0, port, isOnlyExtended, isTransferring);
  }

  Session withOnlyExtended() {
    return new Session(user, passivePort, activePort, true, isTransferring);
  }

  Session withTransferring(boolean isIt) {
    return isIt == isTransferring
        ? this
        : new Session(user, passivePort, activePort, isOnlyExtended, isIt);
  }

  void write(StateWriter out) {
    out.text(user).number(passivePort).number(activePort);
    out.flag(isOnlyExtended).flag(isTransferring);
  }

  static Session read(StateReader in) {
    return new Session(
        in.text(2 * Request.MAX_TEXT_LENGTH),
        in.number(MAX_PORT),
        in.number(MAX_PORT),
        in.flag(),
        in.flag());
  }
}
