package dev.midstream.agent;

/**
 * Accepts an agent's answers for the octets of one view, from the front. The answers of one call
 * form a batch. The batch is applied when the call returns and discarded when it throws.
 *
 * <p>An answer is invalid if it covers more octets than the view has, follows an answer that ends
 * the call, or is a {@code need} that is already met. An invalid answer makes the call fail, and
 * the next answer throws {@link IllegalStateException}. Octets without an answer stay undecided and
 * are held, as far as {@link Agent#onOctets} says. Not thread-safe; valid only during the call.
 */
public interface Decisions {

  /** Passes the next {@code count} octets (1 or more) unchanged. */
  void pass(int count);

  /**
   * Replaces the next {@code count} octets with {@code octets}. A count of 0 inserts, and empty
   * octets delete; the two together are refused.
   */
  void replace(int count, Octets octets);

  /**
   * Asks for no further call for new octets until {@code length} octets are undecided. The length
   * counts from the first undecided octet and must exceed what is undecided in this view. Ends the
   * answers for octets in this call.
   *
   * <p>A length beyond min({@link Agent#maxHold}, {@code hold-bytes} of the rule) goes to {@code
   * on-hold-limit} at once, and so does any length at the end of the stream: no more octets come.
   */
  void need(int length);

  /**
   * Holds what is undecided until a call for the other direction has changed the state: what these
   * octets are depends on an answer that is due. Ends the answers for octets in this call. Does
   * nothing if no octet is left undecided.
   *
   * <p>Octets that still come are held too and are not shown. Neither {@code on-hold-limit} nor the
   * hold time applies to them: the window of their sender closes, as that of their receiver would.
   * Of a connection that is only monitored, and of a recorded one, as many are held as may be kept
   * after gaps; beyond them {@code on-hold-limit} applies. At the end of the stream the call is
   * made again, and what it leaves undecided goes to {@code on-hold-limit}.
   */
  void awaitOther();

  /**
   * Makes the next {@code count} octets (1 or more) opaque, also those that are still to come: they
   * pass without being shown. Ends the answers for octets in this call if it reaches beyond the
   * view. If it is the last answer for octets, the agent is called once when the last of them has
   * left, with an empty view if nothing follows; not if the stream ends before.
   */
  void skip(long count);

  /**
   * Deletes the next {@code count} octets (1 or more), also those that are still to come: they are
   * neither shown nor kept. The twin of {@link #skip}: it ends the answers for octets in this call,
   * and is followed by a call, in the same cases.
   */
  void drop(long count);

  /**
   * Makes all further octets of this direction opaque. Ends the answers for octets in this call.
   */
  void skipRest();

  /** Inserts octets (1 or more) into {@code direction}, at the point up to which it is released. */
  void reply(Direction direction, Octets octets);

  /**
   * Ends {@code direction} after what is decided of it in this call or before, and after the
   * replies put into it: its receiver gets a FIN. What its sender still says is deleted and
   * acknowledged. No agent is called for this direction again; the other one goes on. Octets of a
   * skip that are still to come do not leave. If the sender's own FIN does not come, both ends are
   * reset after a while.
   */
  void finish(Direction direction);

  /**
   * Resets the receiver of {@code towards} alone, after the other answers of the call. Nothing more
   * reaches it. The other direction ends as if {@linkplain #finish finished}: its receiver gets
   * what is decided, the replies of this call and a FIN, and what that end still says is deleted
   * and acknowledged. No agent is called for the connection again. Both ends are reset if the
   * engine could not send again what the other direction skipped, or if a call aborts both.
   *
   * @param reason for the operator
   */
  void abort(Direction towards, String reason);

  /**
   * Announces related connections, at most 64 in one call. What was expected before of the same
   * opener and end is replaced. The engine forgets an expectation when all its connections were
   * opened, when its time is over, when it {@linkplain #unexpect is withdrawn}, and when this
   * connection ends. It keeps few of one connection: a further one takes the place of the oldest.
   * An expectation is not applied, and counted as {@code not-applied}, if its address is of the
   * other version of IP, if no rule has the name of its handler, or if that rule may change octets
   * and no such rule matches the two addresses. On a connection that is only monitored nothing is
   * expected.
   */
  void expect(Expectation expectation);

  /**
   * Withdraws what this connection expects of the same opener and end; the rest of {@code
   * expectation} does not matter. Nothing happens if nothing is expected there any more.
   */
  void unexpect(Expectation expectation);

  /**
   * Leaves the connection: no more calls, and both directions are opaque from their first undecided
   * octet.
   */
  void detach();

  /**
   * As {@link #detach()}, because the connection speaks another protocol. The reason is counted.
   */
  void notMine(String reason);

  /** Resets the connection on both sides. */
  void reset(String reason);

  /**
   * Counts one case of a reason, and writes an event that names it. It may follow any other answer.
   * In monitor mode it says what would have happened.
   *
   * @param reason one of those that the agent's provider declares; another one makes the call fail
   * @param text what happened, one lower-case clause without payload octets
   */
  void count(AgentReason reason, String text);

  /** Writes an audit event, which must not contain payload. It may follow any other answer. */
  void report(String event);
}
