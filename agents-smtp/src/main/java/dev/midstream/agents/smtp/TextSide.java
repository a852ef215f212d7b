package dev.midstream.agents.smtp;

import dev.midstream.agent.Direction;

/** Decides the text of a message after DATA. */
final class TextSide {
  private final SmtpPolicy policy;

  TextSide(SmtpPolicy policy) {
    this.policy = policy;
  }

  SmtpState decide(SmtpState state, Front front) {
    Text text = state.text();
    if (!policy.edits().isAny()) {
      long room = policy.limits().messageBytes() - text.bytes();
      int end = PlainScan.plainEnd(front.view(), front.at(), text.isLineStart(), room);
      if (end > front.at()) {
        Text after = text.with(end - front.at(), front.view().at(end - 1) == '\n');
        front.passTo(end);
        return state.with(after);
      }
    }
    return scan(state, front);
  }

  private SmtpState scan(SmtpState state, Front front) {
    TextScan scan =
        policy.edits().isAny()
            ? new EditScan(policy, state.text(), front)
            : new PlainScan(policy, state.text(), front);
    Denial denial = scan.run();
    scan.apply();
    if (denial != null) {
      return abort(state, denial, front);
    }
    SmtpState after = state.with(scan.text());
    if (!scan.hasEnded()) {
      return after;
    }
    scan.count(front);
    return after
        .with(Text.NONE)
        .with(Phase.COMMAND)
        .with(after.session().sent())
        .with(after.pending().pass(Request.TEXT));
  }

  /** The message must not be completed: the server is reset, the client reads why. */
  private static SmtpState abort(SmtpState state, Denial denial, Front front) {
    front.count(denial.reason(), "in the text of a message");
    front.out().reply(Direction.SERVER_TO_CLIENT, denial.reply());
    front.out().abort(Direction.CLIENT_TO_SERVER, "the text of a message is denied");
    return state.with(Phase.CLOSED);
  }
}
