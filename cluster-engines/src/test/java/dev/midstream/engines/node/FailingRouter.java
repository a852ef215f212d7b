package dev.midstream.engines.node;

import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.wire.packet.Packet;
import org.jspecify.annotations.Nullable;

/** A router by which calls of engines may fail: {@code mayFail} throws then. */
final class FailingRouter implements ConnectionRouter {
  private final ConnectionRouter router;
  private final Runnable mayFail;

  FailingRouter(ConnectionRouter router, Runnable mayFail) {
    this.router = router;
    this.mayFail = mayFail;
  }

  @Override
  public int ownerOf(
      int network,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int sourcePort,
      int destinationPort) {
    mayFail.run();
    return router.ownerOf(
        network,
        sourceHigh,
        sourceLow,
        destinationHigh,
        destinationLow,
        sourcePort,
        destinationPort);
  }

  @Override
  public boolean handOff(int owner, Packet packet) {
    return router.handOff(owner, packet);
  }

  @Override
  public boolean expect(ExpectedConnection expected) {
    return router.expect(expected);
  }

  @Override
  public void opened(ExpectedConnection expected, @Nullable ConnectionKey ends) {
    router.opened(expected, ends);
  }

  @Override
  public void recorded(ExpectedConnection expected, ConnectionKey ends) {
    router.recorded(expected, ends);
  }

  @Override
  public void withdraw(ExpectedConnection expected) {
    router.withdraw(expected);
  }
}
