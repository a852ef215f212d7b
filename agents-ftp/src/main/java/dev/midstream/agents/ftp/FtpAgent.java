package dev.midstream.agents.ftp;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;

/** Decides one control connection of FTP, line by line. */
final class FtpAgent implements Agent<FtpState> {
  private static final Endpoint UNKNOWN = new Endpoint(Octets.of(new byte[4]), 0);

  private final FtpPolicy policy;
  private final ClientSide client;
  private final ServerSide server;

  FtpAgent(FtpPolicy policy) {
    this.policy = policy;
    DataConnections data = new DataConnections(policy);
    client = new ClientSide(policy, data);
    server = new ServerSide(policy, data);
  }

  @Override
  public FtpState newConnection() {
    return newConnection(Opening.of(UNKNOWN, UNKNOWN));
  }

  @Override
  public FtpState newConnection(Opening opening) {
    return FtpState.of(opening, policy.limits());
  }

  @Override
  public FtpState onOctets(FtpState state, Direction direction, OctetView view, Decisions out) {
    return direction == Direction.CLIENT_TO_SERVER
        ? client.decide(state, view, out)
        : server.decide(state, view, out);
  }

  @Override
  public int maxHold() {
    return Math.max(policy.limits().commandBytes(), policy.limits().replyBytes());
  }

  @Override
  public boolean denies() {
    return true;
  }

  @Override
  public StateCodec<FtpState> codec() {
    return new FtpCodec(policy.limits());
  }
}
