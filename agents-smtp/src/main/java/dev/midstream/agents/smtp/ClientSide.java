package dev.midstream.agents.smtp;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.framing.Framing;
import dev.midstream.agent.framing.Line;

/** Decides what the client sends: commands, exchanges of AUTH, and chunks. */
final class ClientSide {
  private static final byte LF = '\n';
  private static final byte CR = '\r';
  private static final int HANDSHAKE = 0x16;
  private static final int TLS_MAJOR = 3;
  private static final int TLS_BYTES = 2;

  /** Gives up an exchange of AUTH (RFC 4954 section 4). */
  private static final Octets GIVE_UP = Octets.ofLatin1("*\r\n");

  private static final Octets CHUNK = Octets.ofLatin1("bdat");
  private static final Octets LINE_END = Octets.ofLatin1("\r\n");

  private final SmtpPolicy policy;
  private final CommandCheck check;
  private final TextSide text;

  ClientSide(SmtpPolicy policy) {
    this.policy = policy;
    check = new CommandCheck(policy);
    text = new TextSide(policy);
  }

  SmtpState decide(SmtpState state, Front front) {
    SmtpState now = state;
    boolean isDeciding = true;
    while (isDeciding && front.hasMore()) {
      Phase phase = now.phase();
      int at = front.at();
      now = decideNext(now, front);
      isDeciding = front.at() > at || now.phase() != phase;
    }
    if (front.hasMore() && now.phase() != Phase.CLOSED) {
      leaveRest(now, front);
    }
    return now;
  }

  /** Decides the next line or run of octets; nothing if it is not known yet what it is. */
  private SmtpState decideNext(SmtpState state, Front front) {
    return switch (state.phase()) {
      case COMMAND -> state.isHolding() ? early(state, front) : command(state, front);
      case LONG_COMMAND -> rest(state, front, Phase.COMMAND);
      case LONG_RESPONSE -> rest(state, front, Phase.WAITING);
      case WAITING, AHEAD_OF_TLS -> state;
      case WAITING_FOR_TLS -> state.with(Phase.AHEAD_OF_TLS);
      case TLS -> tls(state, front);
      case RESPONSE -> response(state, front);
      case TEXT -> text.decide(state, front);
      case CLOSING -> close(state, front);
      case CLOSED -> state;
    };
  }

  private static SmtpState close(SmtpState state, Front front) {
    front.drop(Long.MAX_VALUE);
    return state;
  }

  /** Deletes the rest of a line. */
  private static SmtpState rest(SmtpState state, Front front, Phase after) {
    OctetView view = front.view();
    int lf = view.indexOf(LF, front.at(), view.length());
    front.deleteTo(Math.min(view.length(), lf + 1));
    return lf < view.length() ? state.with(after) : state;
  }

  /**
   * What is undecided waits for more of it, or for the server. At the end of the stream a line
   * without an end is no command, and others cannot wait.
   */
  private static void leaveRest(SmtpState state, Front front) {
    if (!front.view().endOfStream()) {
      if (state.isHolding()) {
        front.out().awaitOther();
      }
    } else if (state.phase() == Phase.TEXT) {
      front.passTo(front.end());
    } else if (state.isHolding()) {
      front.count(SmtpReason.PIPELINE_LIMIT.reason(), "phase=" + state.phase());
      front.out().reset("the client ended before its commands could be decided");
    } else {
      front.deleteTo(front.end());
    }
  }

  private SmtpState tls(SmtpState state, Front front) {
    OctetView view = front.view();
    int left = front.end() - front.at();
    if (left < TLS_BYTES && !view.endOfStream()) {
      return state;
    }
    boolean isTls =
        left >= TLS_BYTES
            && view.at(front.at()) == HANDSHAKE
            && view.at(front.at() + 1) == TLS_MAJOR;
    if (isTls) {
      front.count(SmtpReason.TLS.reason(), "STARTTLS was accepted");
      front.out().detach();
    } else {
      front.count(SmtpReason.TLS_INJECTION.reason(), "no TLS after STARTTLS");
      front.out().reset("no TLS after STARTTLS");
    }
    return state.with(Phase.CLOSED);
  }

  /** Decides nothing, unless the connection begins with TLS: there the server does not greet. */
  private static SmtpState early(SmtpState state, Front front) {
    if (!state.isSilent() || front.view().at(front.at()) != HANDSHAKE) {
      return state;
    }
    front.out().notMine("TLS from the first octet on");
    return state.with(Phase.CLOSED);
  }

  private SmtpState command(SmtpState state, Front front) {
    OctetView view = front.view();
    int at = front.at();
    int end = Line.end(view, at, policy.limits().commandBytes());
    if (end == Framing.MORE) {
      return state;
    }
    if (end == Framing.TOO_LONG) {
      return deny(state, Request.OTHER, Denial.LONG_COMMAND, "longer than command-length", front)
          .with(Phase.LONG_COMMAND);
    }
    Command command = isStrict(view, at, end) ? Command.of(view, at, textEnd(view, at, end)) : null;
    if (command == null) {
      boolean isChunk = end - at >= CHUNK.length() && view.matches(at, CHUNK.length(), CHUNK);
      front.deleteTo(end);
      return isChunk
          ? endWith(state, Request.CHUNK, Denial.MALFORMED, front)
          : deny(state, Request.OTHER, Denial.MALFORMED, "malformed command", front);
    }
    return command.request() == Request.CHUNK
        ? chunk(state, command, front, end)
        : command(state, command, front, end);
  }

  /** Whether a line ends as it must, and contains no other CR. */
  private boolean isStrict(OctetView view, int at, int end) {
    int textEnd = textEnd(view, at, end);
    return (textEnd == end - 2 || policy.mendsNewlines())
        && view.indexOf(CR, at, textEnd) == textEnd;
  }

  private static int textEnd(OctetView view, int at, int end) {
    return end - 2 >= at && view.at(end - 2) == CR ? end - 2 : end - 1;
  }

  private SmtpState command(SmtpState state, Command command, Front front, int end) {
    Request request = command.request();
    Denial denial = check.denialOf(state, command);
    if (denial != null) {
      front.deleteTo(end);
      return deny(state, request, denial, "verb=" + command.verb(), front);
    }
    passLine(front, end);
    SmtpState passed = state.with(state.pending().pass(request));
    return after(passed, request);
  }

  /** Passes a line; one that ends with LF alone gets the CR that it lacks. */
  private static void passLine(Front front, int end) {
    int textEnd = textEnd(front.view(), front.at(), end);
    if (textEnd == end - 2) {
      front.passTo(end);
    } else {
      front.passTo(textEnd);
      front.replaceTo(end, LINE_END);
    }
  }

  /** What follows a command that was passed on, or is due an answer where nothing is denied. */
  private static SmtpState after(SmtpState state, Request request) {
    return switch (request) {
      case STARTTLS -> state.with(Phase.WAITING_FOR_TLS);
      case RECIPIENT -> state.with(state.session().withRecipient());
      case RESET -> state.with(state.session().reset());
      default -> request.isDecisive() ? state.with(Phase.WAITING) : state;
    };
  }

  private SmtpState deny(
      SmtpState state, Request request, Denial denial, String text, Front front) {
    front.count(denial.reason(), text);
    SmtpState denied = state.with(state.pending().deny(request, denial.reply(), front.out()));
    boolean isSentAnyway = !state.isEnforced() && request.isDecisive();
    return isSentAnyway ? after(denied, request) : denied;
  }

  private SmtpState chunk(SmtpState state, Command command, Front front, int end) {
    Denial denial = check.denialOf(state, command);
    Chunk chunk = Chunk.of(command.argument());
    if (chunk == null) {
      front.deleteTo(end);
      return endWith(state, Request.CHUNK, denial == null ? Denial.CHUNK_SIZE : denial, front);
    }
    Request request = chunk.isLast() ? Request.LAST_CHUNK : Request.CHUNK;
    Denial ofChunk = denial == null ? check.denialOf(state, chunk) : denial;
    if (ofChunk == null) {
      return passChunk(state, chunk, request, front, end);
    }
    front.deleteTo(end);
    if (chunk.isLast() && state.session().isLocal()) {
      return endWith(state, request, ofChunk, front);
    }
    SmtpState denied = deny(state, request, ofChunk, "verb=BDAT", front);
    front.drop(chunk.bytes());
    return denied.with(denied.session().withChunkFailed(true));
  }

  private static SmtpState passChunk(
      SmtpState state, Chunk chunk, Request request, Front front, int end) {
    passLine(front, end);
    front.skip(chunk.bytes());
    Session session = state.session();
    Session after =
        chunk.isLast()
            ? session.sent()
            : session.withChunkBytes(session.chunkBytes() + chunk.bytes());
    SmtpState passed = state.with(state.pending().pass(request)).with(after);
    return session.mayFail() ? passed.with(Phase.WAITING) : passed;
  }

  /** Denies a command after which it is not known where the next one begins: the last answer. */
  private SmtpState endWith(SmtpState state, Request request, Denial denial, Front front) {
    SmtpState denied = deny(state, request, denial, "verb=BDAT", front);
    return ServerSide.closeIfAnswered(denied.with(Phase.CLOSING), front);
  }

  private SmtpState response(SmtpState state, Front front) {
    OctetView view = front.view();
    int at = front.at();
    int end = Line.end(view, at, policy.limits().commandBytes());
    if (end == Framing.MORE) {
      return state;
    }
    SmtpState sent = state.with(state.pending().pass(Request.AUTH));
    if (end == Framing.TOO_LONG) {
      front.replaceTo(at, GIVE_UP);
      front.count(Denial.LONG_COMMAND.reason(), "longer than command-length");
      return sent.with(Phase.LONG_RESPONSE);
    }
    if (isStrict(view, at, end) && isPrintable(view, at, textEnd(view, at, end))) {
      passLine(front, end);
    } else {
      front.replaceTo(end, GIVE_UP);
      front.count(Denial.MALFORMED.reason(), "malformed response in AUTH");
    }
    return sent.with(Phase.WAITING);
  }

  private static boolean isPrintable(OctetView view, int from, int to) {
    for (int i = from; i < to; i++) {
      if (view.at(i) <= ' ' || view.at(i) > '~') {
        return false;
      }
    }
    return true;
  }
}
