package dev.midstream.gateway.run;

import dev.midstream.gateway.inbox.Inbox;
import dev.midstream.gateway.run.HandoffMessage.ExpectationUpdate;
import dev.midstream.gateway.run.HandoffMessage.ExpectationUpdate.Change;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketCopy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes connections to the workers that own their buckets. One instance for each worker. */
final class BucketRouter implements ConnectionRouter {
  private final int number;
  private final BucketHash hash;
  private final BucketOwners owners;
  private final List<Inbox<HandoffMessage>> inboxes;

  /** The router of worker {@code number}; {@code inboxes} are those of all workers. */
  BucketRouter(
      int number, BucketHash hash, BucketOwners owners, List<Inbox<HandoffMessage>> inboxes) {
    this.number = number;
    this.hash = hash;
    this.owners = owners;
    this.inboxes = inboxes;
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
    int bucket =
        hash.of(
            sourceHigh, sourceLow, destinationHigh, destinationLow, sourcePort, destinationPort);
    int owner = owners.ownerOf(bucket);
    return owner == number ? SELF : owner;
  }

  @Override
  public boolean handOff(int owner, Packet packet) {
    return packet.length() <= HandoffMessage.MAX_PACKET_BYTES
        && inboxes.get(owner).offer(new HandoffMessage.CopiedPacket(new PacketCopy(packet)));
  }

  @Override
  public boolean expect(ExpectedConnection expected) {
    return broadcast(new ExpectationUpdate(expected, Change.ANNOUNCED, null));
  }

  @Override
  public void opened(ExpectedConnection expected, @Nullable ConnectionKey ends) {
    boolean ignored = broadcast(new ExpectationUpdate(expected, Change.OPENED, ends));
  }

  @Override
  public void recorded(ExpectedConnection expected, ConnectionKey ends) {
    boolean ignored = broadcast(new ExpectationUpdate(expected, Change.RECORDED, ends));
  }

  @Override
  public void withdraw(ExpectedConnection expected) {
    boolean ignored = broadcast(new ExpectationUpdate(expected, Change.WITHDRAWN, null));
  }

  private boolean broadcast(HandoffMessage handoff) {
    boolean accepted = true;
    for (int worker = 0; worker < inboxes.size(); worker++) {
      accepted &= worker == number || inboxes.get(worker).offer(handoff);
    }
    return accepted;
  }
}
