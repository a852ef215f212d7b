package dev.midstream.agents.http;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.framing.Framing;
import dev.midstream.agent.framing.HeaderBlock;
import dev.midstream.agents.http.Body.Step;
import dev.midstream.agents.http.HttpState.Phase;
import dev.midstream.agents.http.MessageLength.Kind;

/** Decides the requests of the client. */
final class ClientSide {
  private static final int MAX_METHOD = 32;
  private static final Octets PREFACE = Octets.ofLatin1("pri ");

  /** What the first octets of a connection are. */
  private enum Beginning {
    HTTP,
    OTHER,
    UNKNOWN
  }

  private final HttpPolicy policy;
  private final Limits limits;
  private final Chunks chunks;
  private final HeadEditor editor;

  ClientSide(HttpPolicy policy) {
    this.policy = policy;
    limits = policy.limits();
    chunks = new Chunks(limits);
    editor = new HeadEditor(policy);
  }

  HttpState decide(HttpState state, OctetView view, Decisions out) {
    Turn turn = new Turn(state, Direction.CLIENT_TO_SERVER, view, out);
    while (!turn.isOver()) {
      step(turn);
    }
    if (view.endOfStream() && turn.remaining() > 0) {
      decideRest(turn);
    }
    return turn.state();
  }

  private void step(Turn turn) {
    if (turn.body().step() == Step.END) {
      turn.setBody(Body.HEAD);
    } else if (turn.body().step() == Step.HEAD) {
      head(turn);
    } else {
      Flaw flaw = chunks.decide(turn);
      if (flaw != null) {
        abort(turn, flaw);
      }
    }
  }

  /** At the end of the stream: what is no whole request is deleted, and others cannot wait. */
  private static void decideRest(Turn turn) {
    if (turn.body().step() == Step.HEAD && turn.state().isHolding()) {
      if (turn.state().phase() == Phase.OPEN) {
        turn.count(HttpReason.PIPELINE_LIMIT, "the stream ended");
      }
      turn.reset("the client ended before its requests could be decided");
    } else if (turn.state().isFirst()) {
      turn.leaveOther("the client ends before a request of HTTP/1");
    } else {
      turn.replaceTo(turn.view().length(), Octets.empty());
    }
  }

  private void head(Turn turn) {
    OctetView view = turn.view();
    if (turn.remaining() > 0 && turn.state().phase() == Phase.CLOSING) {
      turn.close();
      return;
    }
    if (turn.remaining() == 0) {
      turn.stop();
      return;
    }
    if (turn.state().isHolding()) {
      turn.awaitServer();
      return;
    }
    Beginning beginning = turn.state().isFirst() ? beginning(view, turn.at()) : Beginning.HTTP;
    if (beginning == Beginning.OTHER) {
      turn.leaveOther("the client does not begin with a request of HTTP/1");
    } else if (beginning == Beginning.UNKNOWN) {
      turn.stop();
    } else if (view.at(turn.at()) == '\r' && !turn.state().hasEmptyLine()) {
      emptyLine(turn);
    } else {
      wholeHead(turn);
    }
  }

  private void wholeHead(Turn turn) {
    OctetView view = turn.view();
    int end = HeaderBlock.end(view, turn.at(), limits.headBytes());
    if (end == Framing.MORE) {
      turn.stop();
    } else if (end < 0) {
      refuse(turn, end == Framing.TOO_LONG ? Flaw.HEAD_BYTES : Flaw.BARE_LINE_END);
    } else {
      Head head = Head.of(view, turn.at(), end, limits.fields());
      request(turn, RequestHead.of(head, policy.upgrades()));
    }
  }

  /** One empty line before a request is deleted (RFC 9112 section 2.2). */
  private void emptyLine(Turn turn) {
    if (turn.remaining() == 1) {
      turn.stop();
    } else if (turn.view().at(turn.at() + 1) == '\n') {
      turn.replaceTo(turn.at() + 2, Octets.empty());
      turn.setState(turn.state().withEmptyLine());
      turn.count(HttpReason.EMPTY_LINE, "before a request");
    } else {
      refuse(turn, Flaw.BARE_LINE_END);
    }
  }

  /**
   * Whether a method and a space stand at the start, and not the preface of HTTP/2. Servers skip
   * empty lines before them.
   */
  private Beginning beginning(OctetView view, int start) {
    int from = start;
    while (from < view.length() && (view.at(from) == '\r' || view.at(from) == '\n')) {
      from++;
    }
    if (from - start > limits.headBytes()) {
      return Beginning.OTHER;
    }
    int end = Math.min(view.length(), from + MAX_METHOD + 1);
    int at = from;
    while (at < end && isMethod(view.at(at))) {
      at++;
    }
    if (at == view.length()) {
      return Beginning.UNKNOWN;
    }
    boolean isPreface = at - from == 3 && view.matches(from, 4, PREFACE);
    return at > from && at < end && view.at(at) == ' ' && !isPreface
        ? Beginning.HTTP
        : Beginning.OTHER;
  }

  private static boolean isMethod(byte octet) {
    return (octet >= 'A' && octet <= 'Z')
        || (octet >= 'a' && octet <= 'z')
        || (octet >= '0' && octet <= '9')
        || octet == '-'
        || octet == '_';
  }

  private void request(Turn turn, RequestHead request) {
    if (request.flaw() != null) {
      refuse(turn, request.flaw());
      return;
    }
    Denial denial = policy.denialOf(request);
    if (denial == null) {
      pass(turn, request);
    } else {
      deny(turn, request, denial);
    }
  }

  private void pass(Turn turn, RequestHead request) {
    HttpState state = turn.state().afterRequest();
    turn.setState(state.with(state.pending().pass(noted(state, request))));
    if (request.request().isSwitching()) {
      turn.setState(turn.state().with(Phase.SWITCHING));
    }
    editor.request(turn, request);
    if (request.length().kind() == Kind.CHUNKED) {
      turn.setBody(Body.HEAD.at(Step.CHUNK_LINE));
    } else {
      turn.skip(request.length().count());
    }
  }

  /** Where the removal of Upgrade is not carried out, the server may answer it. */
  private static Request noted(HttpState state, RequestHead request) {
    boolean isAsked = request.upgrade() == Upgrade.REMOVED && !state.isEnforced();
    return isAsked ? request.request().asUpgrade() : request.request();
  }

  /** Answers a request in its place among the responses, and drops its body. */
  private void deny(Turn turn, RequestHead request, Denial denial) {
    turn.count(denial.reason(), denial.text());
    MessageLength length = request.length();
    boolean isLong = length.count() > limits.dropBytes() || length.kind() == Kind.CHUNKED;
    boolean closes = isLong || request.expects();
    if (isLong) {
      turn.count(HttpReason.DROP_LIMIT, "the body of a denied request");
    }
    Octets page = denial.page().octets(request.request().isHead(), closes);
    if (closes) {
      close(turn, request.request().asLast(), page);
      return;
    }
    HttpState state = turn.state().afterRequest();
    turn.setState(state.with(state.pending().deny(request.request(), page, turn.out())));
    turn.replaceTo(request.head().end(), Octets.empty());
    turn.drop(length.count());
  }

  /** Answers what is no clear request, and ends the connection. */
  private static void refuse(Turn turn, Flaw flaw) {
    turn.count(flaw.ofRequest(), "case=" + flaw.word());
    close(turn, Request.LAST, flaw.page().octets(false, true));
  }

  private static void close(Turn turn, Request request, Octets page) {
    HttpState state = turn.state().afterRequest();
    boolean isIdle = state.pending().size() == 0;
    turn.setState(state.with(state.pending().deny(request, page, turn.out())));
    if (isIdle) {
      turn.finish();
    } else {
      turn.close();
    }
  }

  /**
   * Ends the connection inside a body: the server must not take the request for a whole one. It is
   * answered if nothing of another answer can stand before it.
   */
  private static void abort(Turn turn, Flaw flaw) {
    turn.count(flaw.ofRequest(), "case=" + flaw.word());
    HttpState state = turn.state();
    if (state.pending().size() == 1 && state.download().step() == Step.HEAD) {
      turn.abort(flaw.page().octets(false, true), "a request body is malformed");
    } else {
      turn.reset("a request body is malformed");
    }
  }
}
