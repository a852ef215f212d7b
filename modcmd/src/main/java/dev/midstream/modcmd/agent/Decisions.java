package dev.midstream.modcmd.agent;

import dev.midstream.modcmd.command.Octets;

/**
 * Takes an agent's answers for the octets of one view, from the front. The answers of one call are
 * a batch: applied together when the call returns, discarded when it throws.
 *
 * <p>An answer that does not fit (more octets than the view has, anything after an answer that ends
 * the call, a {@code need} that is already met) makes the whole call a failure of the agent; the
 * answer after it throws {@link IllegalStateException}. Octets that get no answer stay undecided
 * and are held. Not thread-safe; valid only during the call.
 */
public interface Decisions {

  /** The next {@code count} octets (1 or more) go as they are. */
  void pass(int count);

  /**
   * The next {@code count} octets become {@code octets}. A count of 0 inserts, empty octets delete;
   * both at once is refused.
   */
  void replace(int count, Octets octets);

  /**
   * Decide nothing more until the view has {@code length} octets, counted from the first undecided
   * one; it must exceed what is undecided in this view. Ends the call's answers for the octets.
   */
  void need(int length);

  /**
   * The next {@code count} octets (1 or more), also those still to come, are opaque: they pass
   * unseen. Ends the call's answers for the octets if it goes beyond the view.
   */
  void skip(long count);

  /** Every octet from here on is opaque. Ends the call's answers for the octets. */
  void skipRest();

  /** Puts octets (1 or more) into {@code direction} at its release point. */
  void reply(Direction direction, Octets octets);

  /** A related connection is coming: the agent named decides it, whatever the rules match. */
  void expect(Expectation expectation);

  /**
   * No more calls for this connection; both directions are opaque from their first undecided octet.
   */
  void detach();

  /**
   * As {@link #detach()}, because the connection speaks another protocol; the reason is counted.
   */
  void notMine(String reason);

  /** Ends the connection on both sides. */
  void reset(String reason);

  /** Writes an audit event; never payload octets. The only answer that may follow every other. */
  void report(String event);
}
