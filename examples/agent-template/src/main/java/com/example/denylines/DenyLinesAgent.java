package com.example.denylines;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.AgentReason.Consequence;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import dev.midstream.agent.exchange.Pending;
import dev.midstream.agent.framing.Framing;
import dev.midstream.agent.framing.Line;
import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;
import java.util.List;

/**
 * Denies lines of the client that begin with certain words. The server never sees them; the client
 * gets a reply in their place.
 *
 * <p>For protocols in which each line of the client is answered by one line of the server. A client
 * may send several lines before the first answer comes, so the state holds which answers are due: a
 * denial must wait for those before it.
 */
final class DenyLinesAgent implements Agent<Pending<Boolean>> {
  /** Octets of one reply, with its ending. */
  static final int MAX_REPLY = 4_096;

  /** Answers that may be due; while so many are, further lines are held. */
  static final int MAX_DUE = 128;

  /** Octets of all replies that wait for answers; while so many do, further lines are held. */
  static final int MAX_WAITING = 65_536;

  private static final int MAX_LINE = 4_096;
  private static final int MAX_HOLD = 65_536;

  static final AgentReason DENIED =
      new AgentReason(
          "denied-line", "a line begins with a word that is denied", Consequence.DENIED);
  static final AgentReason LIMIT =
      new AgentReason(
          "limit", "a line is too long, or too much waits for answers", Consequence.LIMIT);

  private final List<Octets> words;
  private final Octets reply;

  /**
   * @param words in lower case
   * @param reply of one line, with its ending; at most {@value #MAX_REPLY} octets
   */
  DenyLinesAgent(List<Octets> words, Octets reply) {
    this.words = List.copyOf(words);
    this.reply = reply;
  }

  @Override
  public Pending<Boolean> newConnection() {
    return Pending.none(MAX_DUE, MAX_WAITING, true);
  }

  @Override
  public Pending<Boolean> newConnection(Opening opening) {
    return Pending.none(MAX_DUE, MAX_WAITING, opening.isEnforced());
  }

  @Override
  public Pending<Boolean> onOctets(
      Pending<Boolean> state, Direction direction, OctetView view, Decisions out) {
    return direction == Direction.CLIENT_TO_SERVER
        ? requests(state, view, out)
        : answers(state, view, out);
  }

  /**
   * What is not decided here is held, and shown again with what follows it. At the end of the
   * stream nothing follows and nothing can be held: a last line without an ending is a line.
   */
  private Pending<Boolean> requests(Pending<Boolean> state, OctetView view, Decisions out) {
    Pending<Boolean> pending = state;
    int at = 0;
    while (at < view.length() && !pending.isFull()) {
      int end = Line.end(view, at, MAX_LINE);
      if (end == Framing.MORE && view.endOfStream()) {
        end = view.length();
      }
      if (end == Framing.MORE) {
        return pending;
      }
      if (end == Framing.TOO_LONG) {
        giveUp("line too long", out);
        return pending;
      }
      if (isDenied(view, at, Line.textEnd(view, at, end))) {
        out.replace(end - at, Octets.empty());
        out.count(DENIED, "");
        pending = pending.deny(true, reply, out);
      } else {
        out.pass(end - at);
        pending = pending.pass(true);
      }
      at = end;
    }
    if (at < view.length() && view.endOfStream()) {
      giveUp("too much waits for answers", out);
    }
    return pending;
  }

  /** What follows the last line ending before the end of the stream is no whole answer. */
  private Pending<Boolean> answers(Pending<Boolean> state, OctetView view, Decisions out) {
    Pending<Boolean> pending = state;
    int at = 0;
    while (at < view.length()) {
      int end = Line.end(view, at, MAX_LINE);
      if (end == Framing.MORE && view.endOfStream()) {
        out.pass(view.length() - at);
      }
      if (end == Framing.MORE) {
        return pending;
      }
      if (end == Framing.TOO_LONG) {
        giveUp("answer too long", out);
        return pending;
      }
      out.pass(end - at);
      if (pending.size() > 0) {
        pending = pending.answer(out);
      }
      at = end;
    }
    return pending;
  }

  private static void giveUp(String why, Decisions out) {
    out.count(LIMIT, why);
    out.reset(why);
  }

  /** Whether a line begins with one of the words, and another character than a letter follows. */
  private boolean isDenied(OctetView view, int start, int end) {
    for (Octets word : words) {
      int after = start + word.length();
      if (after <= end
          && view.matches(start, word.length(), word)
          && (after == end || !Character.isLetter(view.at(after)))) {
        return true;
      }
    }
    return false;
  }

  /** So its rules are strict by default: what it cannot decide is reset, not passed. */
  @Override
  public boolean denies() {
    return true;
  }

  /** Many lines that wait for answers. Beyond it {@code on-hold-limit} applies. */
  @Override
  public int maxHold() {
    return MAX_HOLD;
  }

  @Override
  public StateCodec<Pending<Boolean>> codec() {
    return new Codec();
  }

  private static final class Codec implements StateCodec<Pending<Boolean>> {
    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(Pending<Boolean> state) {
      StateWriter out = new StateWriter();
      state.write(out, StateWriter::flag);
      return out.toArray();
    }

    @Override
    public Pending<Boolean> decode(int version, byte[] octets) {
      if (version != 1) {
        throw new IllegalArgumentException("unknown version: " + version);
      }
      StateReader in = new StateReader(octets);
      Pending<Boolean> state = Pending.read(in, MAX_DUE, MAX_WAITING, StateReader::flag);
      in.end();
      return state;
    }
  }
}
