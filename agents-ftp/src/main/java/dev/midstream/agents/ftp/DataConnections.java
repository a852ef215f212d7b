package dev.midstream.agents.ftp;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;

/** Announces data connections, and withdraws what is not expected any more. */
final class DataConnections {
  private final FtpPolicy policy;

  DataConnections(FtpPolicy policy) {
    this.policy = policy;
  }

  /** The server listens at {@code port}. */
  Session expectPassive(FtpState state, int port, Decisions out) {
    Session session = withdraw(state, out);
    expect(Direction.CLIENT_TO_SERVER, state.ends().server(), port, next(state, out), out);
    return session.withPassivePort(port);
  }

  /** The client listens at {@code port}. */
  Session expectActive(FtpState state, int port, Decisions out) {
    Session session = withdraw(state, out);
    expect(Direction.SERVER_TO_CLIENT, state.ends().clientAtServer(), port, next(state, out), out);
    return session.withActivePort(port);
  }

  /**
   * A transfer begins: the server opens another connection to the port of the last PORT. What was
   * expected before is told the command.
   */
  void expectAgain(FtpState state, Request transfer, Decisions out) {
    Session session = state.session();
    if (session.activePort() != 0) {
      Octets client = state.ends().clientAtServer();
      Octets context = context(session.user(), transfer.text(), out);
      expect(Direction.SERVER_TO_CLIENT, client, session.activePort(), context, out);
    }
  }

  /** Withdraws what is expected, because another command has taken its place. */
  Session withdraw(FtpState state, Decisions out) {
    Session session = state.session();
    Ends ends = state.ends();
    if (policy.announces() && session.passivePort() != 0) {
      unexpect(Direction.CLIENT_TO_SERVER, ends.server(), session.passivePort(), out);
    }
    if (policy.announces() && session.activePort() != 0) {
      unexpect(Direction.SERVER_TO_CLIENT, ends.clientAtServer(), session.activePort(), out);
    }
    return session.passivePort() == 0 && session.activePort() == 0
        ? session
        : session.withPassivePort(0);
  }

  /** The user, and the transfer that the client has sent ahead, if any. */
  private Octets next(FtpState state, Decisions out) {
    Request next = state.pending().next();
    String transfer = next != null && next.kind() == Request.Kind.TRANSFER ? next.text() : "";
    return context(state.session().user(), transfer, out);
  }

  /** Whether an agent is told what a data connection is for: otherwise nobody misses it. */
  boolean isTold() {
    return policy.announces() && policy.handler() instanceof Handler.Rule;
  }

  private Octets context(String user, String transfer, Decisions out) {
    if (isTold() && !DataContext.fits(user, transfer)) {
      out.count(FtpReason.LONG_PATH.reason(), "of a data connection");
    }
    return DataContext.of(user, transfer);
  }

  private void expect(Direction opener, Octets address, int port, Octets context, Decisions out) {
    if (policy.announces()) {
      Endpoint to = new Endpoint(address, port);
      out.expect(new Expectation(opener, to, policy.handler(), context, 1));
    }
  }

  private void unexpect(Direction opener, Octets address, int port, Decisions out) {
    out.unexpect(Expectation.of(opener, new Endpoint(address, port), policy.handler()));
  }
}
