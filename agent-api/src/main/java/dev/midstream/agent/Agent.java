package dev.midstream.agent;

/**
 * A protocol agent: a function from state and view to state and decisions.
 *
 * <p>An agent has no clock, draws no random numbers and does no I/O. It sees a stream in order and
 * without loss. Its decisions must not depend on where the octets were cut into packets.
 *
 * <p>One agent object serves many connections and threads. All that it knows of a connection is in
 * the state, an immutable value.
 *
 * @param <S> the state of one connection, for both directions; immutable, with value equality
 */
public interface Agent<S> {

  /** The initial state of a new connection of which the agent need not know anything. */
  S newConnection();

  /**
   * The initial state of the connection that {@code opening} describes. Called once for each
   * connection, before the first {@link #onOctets}. If it throws or returns null, the agent has
   * failed.
   */
  default S newConnection(Opening opening) {
    return newConnection();
  }

  /**
   * Decides octets of one direction, from the front of the view.
   *
   * <p>The engine calls it in five cases: the direction has more undecided octets, the stream ended
   * or octets that were skipped have left (the view may be empty), the hold time passed without
   * octets (see {@link OctetView#flush()}), or a call for the other direction changed the state and
   * this one has undecided octets, whatever it needs. Two directions may wake each other as long as
   * octets are decided; after 16 calls in a row that decide nothing, the next packet goes on.
   *
   * <p>If a call throws or returns null, the agent has failed: the decisions of the call are
   * discarded, and the agent is not called for the connection again. An error of the virtual
   * machine, such as for memory, counts as one of the program; only a stack overflow is the
   * agent's. An interrupt that a call sets on its thread is cleared when it returns.
   *
   * <p>What a call leaves undecided is held, with two exceptions. Nothing follows the end of the
   * stream, so what is undecided there goes to {@code on-hold-limit}: both ends are reset, or the
   * connection goes on unedited. More than {@link #maxHold} allows goes there at once. An agent
   * decides the last octets of a stream also if they are no whole line or message, with a {@link
   * Decisions#reset} if nothing else is right.
   *
   * <p>A call should take microseconds: all connections of the thread wait for it. The program
   * counts and names an agent whose call takes longer than {@code limits.agent-time}. A call that
   * takes longer than {@code limits.agent-end} is interrupted and has failed, whatever it returns.
   * The connection of a call that does not end even then is reset. The fifth such call ends the
   * program.
   *
   * @return the new state; the same instance if nothing changed
   */
  S onOctets(S state, Direction direction, OctetView view, Decisions out);

  /**
   * The maximum number of octets of one direction that the agent leaves undecided; 1 or more. What
   * {@linkplain Decisions#awaitOther awaits} the other direction does not count. The {@code
   * hold-bytes} of a rule may allow less. If a call leaves more than the smaller of the two, or
   * {@linkplain Decisions#need needs} more, {@code on-hold-limit} applies at once: both ends are
   * reset, or the connection goes on unedited.
   */
  default int maxHold() {
    return 65_536;
  }

  /**
   * Whether the decisions for a direction, and the replies put into it, depend only on the octets
   * of that direction. Another node can then replay them exactly: octets that are acknowledged and
   * not recorded are shown to it again. An agent that says yes and puts replies into a direction
   * because of octets of the other one damages the stream after a takeover.
   */
  default boolean replaysExactly() {
    return false;
  }

  /**
   * Whether every decision keeps the number of octets. Sequence numbers then stay valid even if the
   * engine no longer translates them, for example after a restart.
   */
  default boolean keepsLengths() {
    return false;
  }

  /**
   * Whether the agent denies what its settings forbid, so that octets must never pass without its
   * decision. Its connections are then reset where those of other agents go on unedited: after a
   * failure, beyond a hold limit, and if the protocol is another one, unless the rule says
   * otherwise. Inline they are also reset if they cannot be edited, for example because of an
   * option on the SYN, and they are never picked up after their opening. In a recording and in
   * monitor mode nothing is enforced.
   */
  default boolean denies() {
    return false;
  }

  /**
   * Whether the agent may {@linkplain Decisions#expect expect} connections. If it may, connections
   * between the addresses of its rules are shown to the engine on any port.
   */
  default boolean mayExpect() {
    return true;
  }

  /**
   * Whether silence ends a hold of {@code direction}: after the hold time without new octets the
   * agent is called with {@link OctetView#flush()}, and what it then leaves undecided passes. Only
   * an agent whose edits are a convenience says yes; for any other one a pause inside a request
   * would let the request through. If it says no, undecided octets are held until more octets, the
   * end of the stream or a hold limit comes. Asked after each call that changed the state.
   */
  default boolean wantsFlush(S state, Direction direction) {
    return false;
  }

  /** The codec that writes the state for other nodes. */
  StateCodec<S> codec();
}
