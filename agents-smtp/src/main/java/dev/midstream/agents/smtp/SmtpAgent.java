package dev.midstream.agents.smtp;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;

/** Decides one connection of SMTP or LMTP. */
final class SmtpAgent implements Agent<SmtpState> {
  private static final Endpoint UNKNOWN = new Endpoint(Octets.of(new byte[4]), 0);

  private final SmtpPolicy policy;
  private final ClientSide client;
  private final ServerSide server;

  SmtpAgent(SmtpPolicy policy) {
    this.policy = policy;
    client = new ClientSide(policy);
    server = new ServerSide(policy);
  }

  @Override
  public SmtpState newConnection() {
    return newConnection(Opening.of(UNKNOWN, UNKNOWN));
  }

  @Override
  public SmtpState newConnection(Opening opening) {
    boolean mayRelay = policy.relay().trusts(opening.client().address());
    return SmtpState.of(policy.limits(), opening.isEnforced(), mayRelay);
  }

  @Override
  public SmtpState onOctets(SmtpState state, Direction direction, OctetView view, Decisions out) {
    Front front = new Front(view, out);
    return direction == Direction.CLIENT_TO_SERVER
        ? client.decide(state, front)
        : server.decide(state, front);
  }

  @Override
  public int maxHold() {
    Limits limits = policy.limits();
    int lineBytes = policy.edits().isAny() ? policy.edits().limits().lineBytes() : 0;
    return Math.max(Math.max(limits.commandBytes(), limits.replyBytes()), lineBytes);
  }

  @Override
  public boolean denies() {
    return true;
  }

  @Override
  public boolean mayExpect() {
    return false;
  }

  @Override
  public StateCodec<SmtpState> codec() {
    return new SmtpCodec(policy.limits());
  }
}
