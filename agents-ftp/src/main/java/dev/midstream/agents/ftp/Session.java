package dev.midstream.agents.ftp;

import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;

/**
 * What was agreed on the control connection.
 *
 * @param user the name of the last USER that was answered; empty before
 * @param passivePort the port at the server for the next passive data connection; 0 for none
 * @param activePort the port at the client for active data connections; 0 for none
 * @param isOnlyExtended whether the server has accepted EPSV ALL (RFC 2428 section 4)
 * @param directory the working directory of the server; {@link PathRules#UNKNOWN} if not known
 * @param isMoving whether a command that may change the directory is not answered
 * @param isTransferring whether the server has announced the transfer whose reply is due
 */
record Session(
    String user,
    int passivePort,
    int activePort,
    boolean isOnlyExtended,
    String directory,
    boolean isMoving,
    boolean isTransferring) {
  static final Session NEW = new Session("", 0, 0, false, PathRules.UNKNOWN, false, false);
  private static final int MAX_PORT = 65_535;

  Session withUser(String other) {
    return new Session(
        other, passivePort, activePort, isOnlyExtended, directory, isMoving, isTransferring);
  }

  /** A new one takes the place of any other, also of the other kind (RFC 959 section 4.1.2). */
  Session withPassivePort(int port) {
    return new Session(user, port, 0, isOnlyExtended, directory, isMoving, isTransferring);
  }

  Session withActivePort(int port) {
    return new Session(user, 0, port, isOnlyExtended, directory, isMoving, isTransferring);
  }

  Session withOnlyExtended() {
    return new Session(user, passivePort, activePort, true, directory, isMoving, isTransferring);
  }

  Session withTransferring(boolean isIt) {
    return isIt == isTransferring
        ? this
        : new Session(user, passivePort, activePort, isOnlyExtended, directory, isMoving, isIt);
  }

  /** A command that may change the directory is on its way. */
  Session moving() {
    return new Session(
        user, passivePort, activePort, isOnlyExtended, directory, true, isTransferring);
  }

  /** The server is in {@code other} now. */
  Session in(String other) {
    return new Session(user, passivePort, activePort, isOnlyExtended, other, false, isTransferring);
  }

  void write(StateWriter out) {
    out.text(user).number(passivePort).number(activePort);
    out.flag(isOnlyExtended).text(directory).flag(isMoving).flag(isTransferring);
  }

  static Session read(StateReader in, Limits limits) {
    return new Session(
        in.text(limits.textBytes()),
        in.number(MAX_PORT),
        in.number(MAX_PORT),
        in.flag(),
        in.text(limits.textBytes()),
        in.flag(),
        in.flag());
  }
}
