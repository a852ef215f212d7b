package dev.midstream.agents.ftp;

import dev.midstream.agent.Opening;
import dev.midstream.agent.exchange.Pending;
import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;
import java.util.List;

/**
 * The state of one control connection.
 *
 * @param ends the addresses of both ends
 * @param pending the replies that are due; the greeting is the first
 * @param reply the reply that has begun
 * @param session what was agreed
 * @param isInLongCommand whether the rest of a command is deleted, which is too long
 * @param security whether TLS was asked for, or has begun
 */
record FtpState(
    Ends ends,
    Pending<Request> pending,
    Reply reply,
    Session session,
    boolean isInLongCommand,
    Security security) {
  private static final List<Security> SECURITIES = List.of(Security.values());

  /** Whether the connection is secured. The list may only grow at its end. */
  enum Security {
    NONE,
    /** AUTH was sent and not answered: what follows it may be TLS. */
    REQUESTED,
    /** TLS has begun: the agent has left the connection. */
    BEGUN
  }

  /** A connection on which nothing was said. */
  static FtpState of(Opening opening, Limits limits) {
    Pending<Request> none =
        Pending.none(limits.dueReplies(), limits.denialBytes(), opening.isEnforced());
    return new FtpState(
        Ends.of(opening),
        none.pass(Request.GREETING),
        Reply.NONE,
        Session.NEW,
        false,
        Security.NONE);
  }

  FtpState with(Pending<Request> other) {
    return new FtpState(ends, other, reply, session, isInLongCommand, security);
  }

  FtpState with(Reply other) {
    return other.equals(reply)
        ? this
        : new FtpState(ends, pending, other, session, isInLongCommand, security);
  }

  FtpState with(Session other) {
    return other.equals(session)
        ? this
        : new FtpState(ends, pending, reply, other, isInLongCommand, security);
  }

  FtpState inLongCommand(boolean isIt) {
    return new FtpState(ends, pending, reply, session, isIt, security);
  }

  FtpState with(Security other) {
    return new FtpState(ends, pending, reply, session, isInLongCommand, other);
  }

  /** Whether the greeting has not come, and nothing of it. */
  boolean isSilent() {
    Request next = pending.next();
    return next != null && next.kind() == Request.Kind.GREETING && !reply.isBegun();
  }

  /**
   * Whether no further command may be decided now. Before the greeting it is not known whether the
   * server speaks FTP.
   */
  boolean isHolding() {
    return isSilent() || security != Security.NONE || session.isMoving() || pending.isFull();
  }

  /**
   * Whether only EPSV may open data connections (RFC 2428 section 2): from EPSV ALL on, unless the
   * server refuses it.
   */
  boolean isOnlyExtended() {
    return session.isOnlyExtended()
        || pending.anyDue(due -> due.kind() == Request.Kind.ONLY_EXTENDED_PASSIVE);
  }

  void write(StateWriter out) {
    ends.write(out);
    pending.write(out, Request::write);
    reply.write(out);
    session.write(out);
    out.flag(isInLongCommand).choice(security, SECURITIES);
  }

  static FtpState read(StateReader in, Limits limits) {
    return new FtpState(
        Ends.read(in),
        Pending.read(
            in, limits.dueReplies(), limits.denialBytes(), from -> Request.read(from, limits)),
        Reply.read(in),
        Session.read(in, limits),
        in.flag(),
        in.choice(SECURITIES));
  }
}
