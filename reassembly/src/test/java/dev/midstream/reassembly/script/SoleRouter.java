package dev.midstream.reassembly.script;

import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.wire.packet.Packet;
import org.jspecify.annotations.Nullable;

/** The router of an engine that owns all connections. Tests override what they watch. */
public class SoleRouter implements ConnectionRouter {
  @Override
  public int ownerOf(
      int network,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int sourcePort,
      int destinationPort) {
    return SELF;
  }

  @Override
  public boolean handOff(int owner, Packet packet) {
    throw new AssertionError("it owns all connections: owner=" + owner);
  }

  @Override
  public boolean expect(ExpectedConnection expected) {
    return true;
  }

  @Override
  public void opened(ExpectedConnection expected, @Nullable ConnectionKey ends) {}

  @Override
  public void recorded(ExpectedConnection expected, ConnectionKey ends) {}

  @Override
  public void withdraw(ExpectedConnection expected) {}
}
