package dev.midstream.agents.smtp;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;

/** The first undecided octet of a view while one call decides it from the front. Not kept. */
final class Front {
  private final OctetView view;
  private final Decisions out;
  private int at;

  Front(OctetView view, Decisions out) {
    this.view = view;
    this.out = out;
  }

  OctetView view() {
    return view;
  }

  /** For answers that decide no octets of the view. */
  Decisions out() {
    return out;
  }

  /** The index of the first undecided octet. */
  int at() {
    return at;
  }

  int end() {
    return view.length();
  }

  boolean hasMore() {
    return at < view.length();
  }

  /** Passes the octets up to {@code end}. */
  void passTo(int end) {
    if (end > at) {
      out.pass(end - at);
      at = end;
    }
  }

  /** Deletes the octets up to {@code end}. */
  void deleteTo(int end) {
    replaceTo(end, Octets.empty());
  }

  /** Puts {@code octets} in the place of those up to {@code end}. */
  void replaceTo(int end, Octets octets) {
    if (end > at || !octets.isEmpty()) {
      out.replace(end - at, octets);
      at = end;
    }
  }

  /** Passes the next {@code count} octets unseen, also those that are still to come. */
  void skip(long count) {
    if (count > 0) {
      out.skip(count);
      advance(count);
    }
  }

  /** Deletes the next {@code count} octets unseen, also those that are still to come. */
  void drop(long count) {
    if (count > 0) {
      out.drop(count);
      advance(count);
    }
  }

  private void advance(long count) {
    at = (int) Math.min(count, view.length() - at) + at;
  }

  void count(AgentReason reason, String text) {
    out.count(reason, text);
  }
}
