package dev.midstream.agents.smtp;

import dev.midstream.agent.exchange.Pending;
import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;

/**
 * The state of one connection.
 *
 * @param isEnforced whether denials are carried out
 * @param pending the replies that are due; the greeting is the first
 * @param phase what the client sends next
 * @param session what was agreed
 * @param text how far the text of a message has come; {@link Text#NONE} outside of one
 */
record SmtpState(
    boolean isEnforced, Pending<Request> pending, Phase phase, Session session, Text text) {
  static SmtpState of(Limits limits, boolean isEnforced, boolean mayRelay) {
    Pending<Request> none = Pending.none(limits.dueReplies(), limits.denialBytes(), isEnforced);
    return new SmtpState(
        isEnforced, none.pass(Request.GREETING), Phase.COMMAND, Session.of(mayRelay), Text.NONE);
  }

  SmtpState with(Pending<Request> other) {
    return new SmtpState(isEnforced, other, phase, session, text);
  }

  SmtpState with(Phase other) {
    return other == phase ? this : new SmtpState(isEnforced, pending, other, session, text);
  }

  SmtpState with(Session other) {
    return other.equals(session) ? this : new SmtpState(isEnforced, pending, phase, other, text);
  }

  SmtpState with(Text other) {
    return other.equals(text) ? this : new SmtpState(isEnforced, pending, phase, session, other);
  }

  /** Whether the greeting has not come. */
  boolean isSilent() {
    return pending.next() == Request.GREETING;
  }

  /**
   * Whether the client's octets wait for the server. Before the greeting it is not known whether
   * that speaks SMTP.
   */
  boolean isHolding() {
    return phase.isWaiting() || (phase == Phase.COMMAND && (isSilent() || pending.isFull()));
  }

  void write(StateWriter out) {
    out.flag(isEnforced);
    pending.write(out, (to, request) -> to.choice(request, Request.ALL));
    out.choice(phase, Phase.ALL);
    session.write(out);
    text.write(out);
  }

  static SmtpState read(StateReader in, Limits limits) {
    return new SmtpState(
        in.flag(),
        Pending.read(
            in, limits.dueReplies(), limits.denialBytes(), from -> from.choice(Request.ALL)),
        in.choice(Phase.ALL),
        Session.read(in),
        Text.read(in));
  }
}
