package dev.midstream.agents.smtp;

import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.framing.Framing;
import dev.midstream.agent.framing.ReplyLine;
import org.jspecify.annotations.Nullable;

/** Decides the replies of the server. */
final class ServerSide {
  private static final int READY = 220;
  private static final int AUTHENTICATED = 235;
  private static final int FIRST_INTERMEDIATE = 300;
  private static final int CONTINUE_AUTH = 334;
  private static final int START_TEXT = 354;
  private static final int FIRST_FAILURE = 400;
  private static final int CLOSING = 421;
  private static final int UNRECOGNIZED = 500;
  private static final int NOT_IMPLEMENTED = 502;
  private static final int CODE_DIGITS = 3;

  private final SmtpPolicy policy;

  ServerSide(SmtpPolicy policy) {
    this.policy = policy;
  }

  SmtpState decide(SmtpState state, Front front) {
    SmtpState now = state;
    boolean isDeciding = true;
    while (isDeciding && front.hasMore()) {
      int end = Replies.end(front.view(), front.at(), policy.limits().replyBytes());
      if (end == Framing.MORE) {
        break;
      }
      if (end == Framing.TOO_LONG) {
        front.count(SmtpReason.LONG_REPLY.reason(), "longer than reply-length");
        front.out().reset("a reply is longer than reply-length");
        return now;
      }
      if (end == Framing.MALFORMED) {
        leave(now, front);
        return now;
      }
      now = reply(now, front, end);
      isDeciding = now.phase() != Phase.CLOSED;
    }
    if (front.view().endOfStream() && front.hasMore() && isDeciding) {
      decideRest(now, front);
    }
    return now;
  }

  /** At the end of the stream: a reply that is not whole must not show what would be masked. */
  private static void decideRest(SmtpState state, Front front) {
    Request next = state.pending().next();
    if (next == Request.GREETING || (next != null && next.isHello())) {
      front.deleteTo(front.end());
    } else {
      front.passTo(front.end());
    }
  }

  /** Leaves a connection of another protocol; resets one whose replies cannot be told any more. */
  private static void leave(SmtpState state, Front front) {
    if (state.isSilent()) {
      front.out().notMine("the server does not greet with a reply");
    } else {
      front.out().reset("a line of the server is no reply");
    }
  }

  private SmtpState reply(SmtpState state, Front front, int end) {
    OctetView view = front.view();
    int code = ReplyLine.code(view, front.at(), Math.min(end, front.at() + CODE_DIGITS));
    Request next = state.pending().next();
    if (next == null) {
      front.passTo(end);
      if (code != CLOSING) {
        front.count(SmtpReason.UNSOLICITED.reason(), "code=" + code);
      }
      return state;
    }
    if (next == Request.STARTTLS && code == READY && state.phase() == Phase.AHEAD_OF_TLS) {
      front.count(SmtpReason.TLS_INJECTION.reason(), "octets after STARTTLS");
      front.out().reset("the client sent octets after STARTTLS before its answer");
      return state.with(Phase.CLOSED);
    }
    if (isLost(next, code)) {
      front.out().reset("the server has read a chunk or a text as something else");
      return state.with(Phase.CLOSED);
    }
    boolean hasChunking = next.isHello() && Extensions.announces(view, front.at(), end, "CHUNKING");
    pass(next, code, front, end);
    SmtpState after = noted(state, next, code, hasChunking);
    if (next.endsMessage() && after.session().answers() > 0) {
      return after;
    }
    SmtpState answered = after.with(after.pending().answer(front.out()));
    return closeIfAnswered(inPhase(answered, next, code), front);
  }

  /** Whether the server may have read what follows a command in another way than the agent. */
  private static boolean isLost(Request request, int code) {
    boolean isUnknown = code == UNRECOGNIZED || code == NOT_IMPLEMENTED;
    return (request.isChunk() && isUnknown) || (request == Request.DATA && code < START_TEXT);
  }

  private void pass(Request request, int code, Front front, int end) {
    Octets replacement = replacement(request, code, front, end);
    if (replacement == null) {
      front.passTo(end);
    } else {
      front.replaceTo(end, replacement);
      front.count(SmtpReason.MASKED.reason(), "code=" + code);
    }
  }

  private @Nullable Octets replacement(Request request, int code, Front front, int end) {
    if (request == Request.GREETING && code == READY) {
      return policy.masks().greeting();
    }
    return request.isHello() && code < FIRST_INTERMEDIATE
        ? policy.masks().hello(front.view(), front.at(), end)
        : null;
  }

  /** What a reply says about the message and the session. */
  private SmtpState noted(SmtpState state, Request request, int code, boolean hasChunking) {
    Session session = state.session();
    boolean isDone = code < FIRST_INTERMEDIATE;
    return switch (request) {
      case HELO, EHLO, LHLO ->
          isDone ? state.with(session.greeted(request == Request.LHLO, hasChunking)) : state;
      case MAIL, RESET -> isDone ? state.with(session.withAccepted(0)) : state;
      case RECIPIENT -> isDone ? state.with(session.withAccepted(session.accepted() + 1)) : state;
      case CHUNK -> code < FIRST_FAILURE ? state : state.with(session.withChunkFailed(true));
      case TEXT, LAST_CHUNK -> state.with(afterMessage(session));
      case AUTH ->
          code == AUTHENTICATED && policy.relay().trustsAuthenticated()
              ? state.with(session.authenticated())
              : state;
      default -> state;
    };
  }

  /** LMTP answers the end of a message once for each recipient, SMTP once. */
  private static Session afterMessage(Session session) {
    int due = session.answers() > 0 ? session.answers() : session.accepted();
    return session.isLocal() && due > 1
        ? session.withAnswers(due - 1)
        : session.withAnswers(0).withAccepted(0).withChunkFailed(false);
  }

  /** What the client sends after a reply on which that depends. */
  private static SmtpState inPhase(SmtpState state, Request request, int code) {
    if (state.phase() == Phase.LONG_RESPONSE && request == Request.AUTH) {
      return state.with(Phase.LONG_COMMAND);
    }
    if (!state.phase().isWaiting() || state.pending().size() > 0) {
      return state;
    }
    return state.with(
        switch (request) {
          case DATA -> code == START_TEXT ? Phase.TEXT : Phase.COMMAND;
          case AUTH -> code == CONTINUE_AUTH ? Phase.RESPONSE : Phase.COMMAND;
          case STARTTLS -> code == READY ? Phase.TLS : Phase.COMMAND;
          default -> Phase.COMMAND;
        });
  }

  /** Ends both directions behind a last answer, once no other one is due. */
  static SmtpState closeIfAnswered(SmtpState state, Front front) {
    if (state.phase() != Phase.CLOSING || state.pending().size() > 0) {
      return state;
    }
    front.out().finish(Direction.SERVER_TO_CLIENT);
    front.out().finish(Direction.CLIENT_TO_SERVER);
    return state.with(Phase.CLOSED);
  }
}
