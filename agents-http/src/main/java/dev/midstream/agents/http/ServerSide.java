package dev.midstream.agents.http;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.framing.Framing;
import dev.midstream.agent.framing.HeaderBlock;
import dev.midstream.agents.http.Body.Step;
import dev.midstream.agents.http.BodyPolicy.Plan;
import dev.midstream.agents.http.HttpState.Phase;
import dev.midstream.agents.http.MessageLength.Kind;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decides the responses of the server. */
final class ServerSide {
  private static final Pattern LINE =
      Pattern.compile("HTTP/(1[.][01]) ([1-5][0-9]{2})(?: [\\t -~\\u0080-\\u00ff]*)?");
  private static final List<String> TIMEOUTS = List.of("HTTP/1.1 408", "HTTP/1.0 408");
  private static final int TIMEOUT_BYTES = 12;
  private static final int CONTINUE = 100;
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int FIRST_FINAL = 200;
  private static final int NOT_MODIFIED = 304;
  private static final int FIRST_REDIRECTION = 300;

  private final HttpPolicy policy;
  private final Limits limits;
  private final Chunks chunks;
  private final HeadEditor editor;
  private final BodyEditor bodies;

  ServerSide(HttpPolicy policy) {
    this.policy = policy;
    limits = policy.limits();
    chunks = new Chunks(limits);
    editor = new HeadEditor(policy);
    bodies = new BodyEditor(policy.bodies(), limits);
  }

  HttpState decide(HttpState state, OctetView view, Decisions out) {
    Turn turn = new Turn(state, Direction.SERVER_TO_CLIENT, view, out);
    while (!turn.isOver()) {
      step(turn);
    }
    if (view.endOfStream() && turn.remaining() > 0) {
      turn.reset("the server ended inside a head or a chunk line");
    }
    return turn.state();
  }

  private void step(Turn turn) {
    switch (turn.body().step()) {
      case HEAD -> head(turn);
      case END -> end(turn);
      case TO_END -> turn.stop();
      case COUNTED -> bodies.counted(turn);
      default -> {
        boolean isData = turn.body().step() != Step.TRAILERS;
        Flaw flaw = isData && turn.body().isEdited() ? bodies.chunks(turn) : chunks.decide(turn);
        if (flaw != null) {
          refuse(turn, flaw);
        }
      }
    }
  }

  private void head(Turn turn) {
    if (turn.remaining() == 0) {
      turn.stop();
      return;
    }
    Request request = turn.state().pending().next();
    if (request == null) {
      unsolicited(turn);
    } else {
      head(turn, request);
    }
  }

  private void head(Turn turn, Request request) {
    int end = HeaderBlock.end(turn.view(), turn.at(), limits.headBytes());
    if (end == Framing.MORE) {
      turn.stop();
    } else if (end < 0) {
      refuse(turn, end == Framing.TOO_LONG ? Flaw.HEAD_BYTES : Flaw.BARE_LINE_END);
    } else {
      head(turn, Head.of(turn.view(), turn.at(), end, limits.fields()), request);
    }
  }

  /** A server may say 408 to no request before it ends (RFC 9110 section 15.5.9). */
  private void unsolicited(Turn turn) {
    int length = Math.min(TIMEOUT_BYTES, turn.remaining());
    String start = turn.view().latin1(turn.at(), length);
    boolean isTimeout = TIMEOUTS.stream().anyMatch(each -> each.startsWith(start));
    if (isTimeout && length == TIMEOUT_BYTES) {
      head(turn, Request.LAST);
    } else if (isTimeout && !turn.view().endOfStream()) {
      turn.stop();
    } else if (turn.state().isFirst()) {
      turn.leaveOther("the server speaks first");
    } else {
      refuse(turn, Flaw.UNSOLICITED);
    }
  }

  /** The response of the server is its last one, though nothing was asked. */
  private static void timeOut(Turn turn) {
    HttpState state = turn.state();
    turn.setState(state.with(state.pending().pass(Request.LAST)).with(Phase.CLOSING));
    turn.count(HttpReason.TIMED_OUT, "code=408");
  }

  private void head(Turn turn, Head head, Request request) {
    Matcher line = LINE.matcher(head.line());
    if (!line.matches()) {
      refuse(turn, Flaw.STATUS_LINE);
      return;
    }
    int code = Integer.parseInt(line.group(2));
    boolean isOld = line.group(1).equals("1.0");
    MessageLength length = MessageLength.ofResponse(head, isOld, code, request);
    Flaw flaw = flawOf(turn.state(), head, code, length, request);
    if (flaw != null) {
      refuse(turn, flaw);
    } else if (code == SWITCHING_PROTOCOLS || isTunnel(code, request)) {
      editor.response(turn, head, false).decide(turn);
      turn.count(HttpReason.TUNNEL, "code=" + code);
      turn.leave();
    } else if (code < FIRST_FINAL) {
      informational(turn, head, code);
    } else {
      begin(turn, head, code, length);
    }
  }

  private @Nullable Flaw flawOf(
      HttpState state, Head head, int code, MessageLength length, Request request) {
    if (head.flaw() != null) {
      return head.flaw();
    }
    if (code < FIRST_FINAL && state.informational() == limits.informational()) {
      return Flaw.INFORMATIONAL;
    }
    if (code == SWITCHING_PROTOCOLS && !request.isUpgrade()) {
      return Flaw.UNREQUESTED_UPGRADE;
    }
    if (isTunnel(code, request)) {
      return null;
    }
    return head.connectionNamesFraming() ? Flaw.CONNECTION_OPTION : length.flaw();
  }

  private static boolean isTunnel(int code, Request request) {
    return request.method() == Request.Method.CONNECT
        && code >= FIRST_FINAL
        && code < FIRST_REDIRECTION;
  }

  private void informational(Turn turn, Head head, int code) {
    HttpState state = turn.state();
    editor.response(turn, head, false).decide(turn);
    turn.setState(
        state.withInformational(
            state.informational() + 1, state.isContinued() || code == CONTINUE));
  }

  private void begin(Turn turn, Head head, int code, MessageLength length) {
    Plan plan = policy.bodies().plan(head, code, length);
    if (plan == Plan.WHOLE && bodies.hold(turn, head, length)) {
      return;
    }
    if (turn.state().pending().size() == 0) {
      timeOut(turn);
    }
    HeadEdits edits = editor.response(turn, head, true);
    switch (plan) {
      case WHOLE -> bodies.whole(turn, head, length, edits);
      case BLOCKS -> {
        BodyFields.mark(head, edits);
        edits.decide(turn);
        turn.setBody(
            length.kind() == Kind.CHUNKED
                ? Body.HEAD.at(Step.CHUNK_LINE).edited()
                : Body.counted(length.count()));
      }
      case LEAVE -> {
        turn.count(HttpReason.BODY_LEFT, "a body that cannot be edited");
        pass(turn, edits, length);
      }
      case PASS -> {
        editBodiless(turn, head, code, edits);
        pass(turn, edits, length);
      }
    }
  }

  /** A response without body says of the body what one with it would say. */
  private void editBodiless(Turn turn, Head head, int code, HeadEdits edits) {
    Request request = turn.state().pending().next();
    if (request != null && request.isHead() && policy.bodies().isEdited(head)) {
      BodyFields.mark(head, edits);
      edits.removeAll(Names.CONTENT_LENGTH);
    } else if (code == NOT_MODIFIED && policy.bodies().isActive()) {
      BodyFields.weaken(head, edits);
    }
  }

  /** Passes a head and, without being shown it, its body. */
  private static void pass(Turn turn, HeadEdits edits, MessageLength length) {
    edits.decide(turn);
    switch (length.kind()) {
      case NONE -> turn.setBody(Body.HEAD.at(Step.END));
      case COUNTED -> {
        turn.setBody(Body.HEAD.at(Step.END));
        turn.skip(length.count());
      }
      case CHUNKED -> turn.setBody(Body.HEAD.at(Step.CHUNK_LINE));
      case TO_END -> {
        turn.setBody(Body.HEAD.at(Step.TO_END));
        turn.skipRest();
      }
    }
  }

  /** The last octet of a response is decided. */
  private static void end(Turn turn) {
    HttpState state = turn.state();
    Request request = state.pending().next();
    boolean isEarly = request != null && request.expects() && !state.isContinued();
    turn.setBody(Body.HEAD);
    turn.setState(
        turn.state().with(state.pending().answer(turn.out())).withInformational(0, false));
    Request next = turn.state().pending().next();
    boolean isLast = next == null || next.isLast();
    if (isEarly) {
      turn.count(HttpReason.EARLY_ANSWER, "to a request that waits for 100 Continue");
      turn.finish();
    } else if (state.phase() == Phase.CLOSING && isLast) {
      turn.finish();
    } else if (state.phase() == Phase.SWITCHING && next == null) {
      turn.setState(turn.state().with(Phase.OPEN));
    }
  }

  private static void refuse(Turn turn, Flaw flaw) {
    turn.count(flaw.ofResponse(), "case=" + flaw.word());
    turn.reset("a response is malformed");
  }
}
