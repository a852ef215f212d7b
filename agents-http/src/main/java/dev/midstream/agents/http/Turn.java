package dev.midstream.agents.http;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agents.http.HttpState.Phase;

/** One call of the agent: the view, how far it is decided, and the state so far. */
final class Turn {
  /** More octets than a connection can have: the rest of the stream. */
  private static final long REST = 1L << 60;

  private final Direction direction;
  private final OctetView view;
  private final Decisions out;
  private HttpState state;
  private int at;
  private boolean isOver;

  Turn(HttpState state, Direction direction, OctetView view, Decisions out) {
    this.state = state;
    this.direction = direction;
    this.view = view;
    this.out = out;
  }

  OctetView view() {
    return view;
  }

  Decisions out() {
    return out;
  }

  HttpState state() {
    return state;
  }

  void setState(HttpState other) {
    state = other;
  }

  Body body() {
    return state.body(direction);
  }

  void setBody(Body other) {
    state = state.with(direction, other);
  }

  /** The first octet without an answer. */
  int at() {
    return at;
  }

  int remaining() {
    return view.length() - at;
  }

  /** Whether the call has no more answers for octets. */
  boolean isOver() {
    return isOver;
  }

  /** The rest of the view stays undecided. */
  void stop() {
    isOver = true;
  }

  /** The rest of the view waits for an answer of the server; at the end of the stream it cannot. */
  void awaitServer() {
    isOver = true;
    if (!view.endOfStream()) {
      out.awaitOther();
    }
  }

  /** The rest of the view is decided. */
  private void end() {
    isOver = true;
    at = view.length();
  }

  /** Passes octets up to {@code end}. */
  void passTo(int end) {
    if (end > at) {
      out.pass(end - at);
      at = end;
    }
  }

  /** Replaces octets up to {@code end}. */
  void replaceTo(int end, Octets octets) {
    if (end > at || !octets.isEmpty()) {
      out.replace(end - at, octets);
      at = end;
    }
  }

  /** Passes the next octets, also those to come, without being shown them. */
  void skip(long count) {
    if (count <= remaining()) {
      passTo(at + (int) count);
    } else {
      out.skip(count);
      end();
    }
  }

  /** Deletes the next octets, also those to come. */
  void drop(long count) {
    if (count <= remaining()) {
      replaceTo(at + (int) count, Octets.empty());
    } else {
      out.drop(count);
      end();
    }
  }

  /** The rest of the stream passes without being shown. */
  void skipRest() {
    out.skipRest();
    end();
  }

  /** The connection speaks another protocol. */
  void leaveOther(String reason) {
    out.notMine(reason);
    state = state.with(Phase.LEFT);
    end();
  }

  /** The client has {@code answer} and the end of the stream; the server is reset. */
  void abort(Octets answer, String reason) {
    out.reply(Direction.SERVER_TO_CLIENT, answer);
    out.abort(Direction.CLIENT_TO_SERVER, reason);
    state = state.with(Phase.LEFT);
    end();
  }

  void count(HttpReason reason, String text) {
    out.count(reason.reason(), text);
  }

  /** The client's rest is dropped, and the connection ends after the answers that are due. */
  void close() {
    state = state.with(Phase.CLOSING);
    out.drop(REST);
    end();
  }

  /** Ends both directions after what is decided. */
  void finish() {
    out.finish(Direction.SERVER_TO_CLIENT);
    out.finish(Direction.CLIENT_TO_SERVER);
    state = state.with(Phase.LEFT);
    end();
  }

  /** Resets both ends. */
  void reset(String reason) {
    out.reset(reason);
    state = state.with(Phase.LEFT);
    end();
  }

  /** Another protocol begins: neither direction is looked at any more. */
  void leave() {
    out.detach();
    state = state.with(Phase.LEFT);
    end();
  }
}
