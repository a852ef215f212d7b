package dev.midstream.agents.ftp;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.framing.Framing;
import dev.midstream.agent.framing.Line;
import dev.midstream.agent.framing.ReplyLine;
import dev.midstream.agent.framing.Telnet;
import dev.midstream.agents.ftp.DataAddress.Extended;
import dev.midstream.agents.ftp.DataAddress.Found;
import dev.midstream.agents.ftp.FtpPolicy.Foreign;
import dev.midstream.agents.ftp.FtpState.Security;
import dev.midstream.agents.ftp.Request.Kind;
import org.jspecify.annotations.Nullable;

/** Decides the replies of the server. */
final class ServerSide {
  private static final int FIRST_FINAL = 200;
  private static final int FIRST_INTERMEDIATE = 300;
  private static final int FIRST_FAILURE = 400;
  private static final int CLOSING = 421;
  private static final int REFUSED_CODE = 502;
  private static final int LOGGED_IN = 230;
  private static final int PRINTED = 257;
  private static final String UNKNOWN = PathRules.UNKNOWN;
  private static final int TLS_BEGINS = 234;
  private static final int EXTENDED = 229;
  private static final int PASSIVE_TENS = 22;
  private static final int STATUS_TENS = 21;
  private static final int CODE_DIGITS = 3;
  private static final int IPV4_BYTES = 4;
  private static final Octets REFUSED = Octets.ofLatin1("502 Data connection not allowed.\r\n");

  /**
   * A reply that has ended.
   *
   * @param port where the server listens; 0 if it does not say so
   * @param directory what a reply to PWD says
   */
  private record Said(int code, int port, String directory) {}

  private final FtpPolicy policy;
  private final DataConnections data;

  ServerSide(FtpPolicy policy, DataConnections data) {
    this.policy = policy;
    this.data = data;
  }

  FtpState decide(FtpState state, OctetView view, Decisions out) {
    FtpState now = state;
    int at = 0;
    while (at < view.length()) {
      boolean isTelnet = view.at(at) == Telnet.IAC;
      int end =
          isTelnet
              ? Telnet.end(view, at, policy.limits().replyBytes())
              : Line.end(view, at, policy.limits().replyBytes());
      if (end == Framing.MORE) {
        break;
      }
      if (end == Framing.TOO_LONG) {
        out.count(FtpReason.LONG_REPLY.reason(), "longer than reply-length");
        out.reset("a line of a reply is longer than reply-length");
        return now;
      }
      if (isTelnet) {
        out.pass(end - at);
      } else if (now.reply().isBegun()) {
        now = further(now, view, at, end, out);
      } else {
        int code = ReplyLine.code(view, at, Line.textEnd(view, at, end));
        if (code == Framing.MALFORMED) {
          leave(now, out);
          return now;
        }
        now = first(now, code, view, at, end, out);
        if (now.security() == Security.BEGUN) {
          return now;
        }
      }
      at = end;
    }
    if (view.endOfStream() && at < view.length()) {
      out.pass(view.length() - at);
    }
    return now;
  }

  /** Leaves a connection of another protocol; resets one whose replies cannot be told any more. */
  private static void leave(FtpState state, Decisions out) {
    if (state.isSilent()) {
      out.notMine("the server does not greet with a reply");
    } else {
      out.reset("a line of the server is no reply");
    }
  }

  /** Decides the first line of a reply. */
  private FtpState first(FtpState state, int code, OctetView view, int at, int end, Decisions out) {
    int textEnd = Line.textEnd(view, at, end);
    Request next = state.pending().next();
    boolean isPassive = isPassive(next) && code / 10 == PASSIVE_TENS;
    Octets replacement = policy.masks().replacement(next, code);
    boolean isContinued = ReplyLine.isContinued(view, at, textEnd);
    if (isContinued && isPassive) {
      refuse(FtpReason.UNCLEAR_REPLY, "several lines", end - at, out);
      return state.with(new Reply(code, true));
    }
    if (isPassive) {
      boolean isExtended = code == EXTENDED;
      int port =
          isExtended ? extended(state, view, at, end, out) : passive(state, view, at, end, out);
      return finish(state, new Said(port == 0 ? REFUSED_CODE : code, port, UNKNOWN), out);
    }
    if (replacement == null) {
      out.pass(end - at);
    } else {
      out.replace(end - at, replacement);
      out.count(FtpReason.MASKED.reason(), "code=" + code);
    }
    return isContinued
        ? state.with(new Reply(code, replacement != null))
        : finish(state, new Said(code, 0, Directories.printed(view, at, textEnd)), out);
  }

  private static boolean isPassive(@Nullable Request request) {
    return request != null
        && (request.kind() == Kind.PASSIVE || request.kind() == Kind.EXTENDED_PASSIVE);
  }

  /** Decides a 227 reply; returns the port, or 0 if it is refused. */
  private int passive(FtpState state, OctetView view, int at, int end, Decisions out) {
    int from = at + CODE_DIGITS;
    String text = view.latin1(from, Line.textEnd(view, at, end) - from);
    Found found = DataAddress.inPassiveReply(text);
    if (found == null) {
      return refuse(FtpReason.UNCLEAR_REPLY, "no address, or several", end - at, out);
    }
    int port = found.end().port();
    Octets server = state.ends().server();
    boolean isForeign = !found.end().address().equals(state.ends().serverAtServer());
    if (isForeign && (policy.foreign() == Foreign.DENY || server.length() != IPV4_BYTES)) {
      return refuse(FtpReason.DENIED_ADDRESS, "in a reply to PASV", end - at, out);
    }
    if (!policy.allowsPort(port) || !policy.passivePorts().contains(port)) {
      return refuse(FtpReason.DENIED_PORT, "in a reply to PASV port=" + port, end - at, out);
    }
    if (found.end().address().equals(server)) {
      out.pass(end - at);
      return port;
    }
    out.pass(CODE_DIGITS + found.from());
    out.replace(found.to() - found.from(), Octets.ofLatin1(DataAddress.toPort(server, port)));
    out.pass(end - from - found.to());
    out.count(FtpReason.ADDRESS.reason(), "in a reply to PASV");
    return port;
  }

  /** Decides a 229 reply; returns the port, or 0 if it is refused. */
  private int extended(FtpState state, OctetView view, int at, int end, Decisions out) {
    int from = at + CODE_DIGITS;
    String text = view.latin1(from, Line.textEnd(view, at, end) - from);
    Extended found = DataAddress.inExtendedReply(text);
    if (found == null) {
      return refuse(FtpReason.UNCLEAR_REPLY, "no port, or several", end - at, out);
    }
    boolean isOwn =
        found.address().isEmpty() || found.address().equals(state.ends().serverAtServer());
    boolean isChanged = !state.ends().server().equals(found.address());
    if (!isOwn || (!found.address().isEmpty() && isChanged)) {
      return refuse(FtpReason.DENIED_ADDRESS, "in a reply to EPSV", end - at, out);
    }
    if (!policy.allowsPort(found.port()) || !policy.passivePorts().contains(found.port())) {
      String where = "in a reply to EPSV port=" + found.port();
      return refuse(FtpReason.DENIED_PORT, where, end - at, out);
    }
    out.pass(end - at);
    return found.port();
  }

  /** Puts a refusal in the place of a line. */
  private static int refuse(FtpReason reason, String text, int length, Decisions out) {
    out.replace(length, REFUSED);
    out.count(reason.reason(), text);
    return 0;
  }

  /** Decides a line of a reply that has begun. */
  private FtpState further(FtpState state, OctetView view, int at, int end, Decisions out) {
    Reply reply = state.reply();
    Request next = state.pending().next();
    int textEnd = Line.textEnd(view, at, end);
    boolean ends = ReplyLine.ends(reply.code(), view, at, textEnd);
    boolean isHidden = !ends && policy.masks().hides(next, reply.code(), view, at, textEnd);
    if (isHidden) {
      out.count(FtpReason.MASKED.reason(), "a feature");
    }
    if (isHidden || reply.isHidden()) {
      out.replace(end - at, Octets.empty());
    } else {
      out.pass(end - at);
    }
    if (!ends) {
      return state;
    }
    int code = reply.isHidden() && isPassive(next) ? REFUSED_CODE : reply.code();
    return finish(state.with(Reply.NONE), new Said(code, 0, UNKNOWN), out);
  }

  /** Notes the end of a reply. */
  private FtpState finish(FtpState state, Said said, Decisions out) {
    Request next = state.pending().next();
    int code = said.code();
    if (next == null) {
      if (code >= FIRST_FINAL && code != CLOSING) {
        out.count(FtpReason.UNSOLICITED.reason(), "code=" + code);
      }
      return state;
    }
    if (code < FIRST_FINAL) {
      boolean begins = next.kind() == Kind.TRANSFER;
      return begins ? state.with(state.session().withTransferring(true)) : state;
    }
    boolean isStatus = state.session().isTransferring() && isStatus(code, state);
    if (isStatus) {
      return state.with(state.pending().exchange().answer(out));
    }
    return answered(state.with(state.pending().answer(out)), next, said, out);
  }

  /** Whether STAT is answered during a transfer, before the reply to the transfer (RFC 959). */
  private static boolean isStatus(int code, FtpState state) {
    Request second = state.pending().second();
    return code / 10 == STATUS_TENS && second != null && second.kind() == Kind.STATUS;
  }

  private FtpState answered(FtpState state, Request request, Said said, Decisions out) {
    int code = said.code();
    boolean isDone = code < FIRST_INTERMEDIATE;
    Session session = state.session();
    return switch (request.kind()) {
      case AUTH -> afterAuth(state, code, out);
      case REINITIALIZE -> isDone ? state.with(again(state, out)) : state.with(stay(session));
      case PORT ->
          state.with(
              isDone ? data.expectActive(state, request.port(), out) : data.withdraw(state, out));
      case PASSIVE, EXTENDED_PASSIVE ->
          state.with(
              said.port() == 0
                  ? data.withdraw(state, out)
                  : data.expectPassive(state, said.port(), out));
      case ONLY_EXTENDED_PASSIVE -> isDone ? state.with(session.withOnlyExtended()) : state;
      case TRANSFER -> state.with(session.withTransferring(false));
      case USER, LOGIN, CHANGE, PARENT, PRINT -> state.with(after(session, request, said, out));
      default -> state;
    };
  }

  private static Session stay(Session session) {
    return session.in(session.directory());
  }

  /** Where the server is after a reply, and who is logged in. */
  private Session after(Session session, Request request, Said said, Decisions out) {
    int code = said.code();
    boolean isDone = code < FIRST_INTERMEDIATE;
    Session named =
        request.kind() == Kind.USER && code < FIRST_FAILURE
            ? session.withUser(request.text())
            : session;
    String directory = session.directory();
    String other =
        switch (request.kind()) {
          case CHANGE -> isDone ? Directories.changed(directory, request.text()) : directory;
          case PARENT -> isDone ? Directories.changed(directory, "..") : directory;
          case PRINT -> code == PRINTED ? said.directory() : directory;
          default -> code == LOGGED_IN ? policy.paths().home() : directory;
        };
    if (policy.limits().keeps(other)) {
      return named.in(other);
    }
    out.count(FtpReason.LONG_PATH.reason(), "of a directory");
    return named.in(UNKNOWN);
  }

  private Session again(FtpState state, Decisions out) {
    data.withdraw(state, out);
    return Session.NEW;
  }

  private static FtpState afterAuth(FtpState state, int code, Decisions out) {
    if (code != TLS_BEGINS) {
      return state.with(Security.NONE);
    }
    out.count(FtpReason.TLS.reason(), "AUTH was accepted");
    out.detach();
    return state.with(Security.BEGUN);
  }
}
