package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.wire.packet.Leg;
import org.jspecify.annotations.Nullable;

/** Which ends of a connection take part in it, as far as packets without a handshake tell. */
public final class SeenEndpoints {
  private boolean client;
  private boolean server;
  private boolean assured;
  private @Nullable Direction onlyDirection;
  private @Nullable Leg firstLeg;

  /** Notes that a segment of one end was seen before both SYNs were. */
  public void markSeen(Direction direction) {
    if (direction == Direction.CLIENT_TO_SERVER) {
      client = true;
    } else {
      server = true;
    }
  }

  /** Whether such a segment was seen of the end that sends {@code direction}. */
  public boolean isSeen(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? client : server;
  }

  /** Notes that only {@code direction} passes here; null if that is over. */
  public void onlyDirection(@Nullable Direction direction) {
    onlyDirection = direction;
  }

  /** The only direction that passes here; null for nearly all. */
  public @Nullable Direction onlyDirection() {
    return onlyDirection;
  }

  /** Notes where the segment came from that opened it. */
  public void firstLeg(Leg leg) {
    firstLeg = leg;
  }

  /** Where the segment came from that opened it; null where nobody asks. */
  public @Nullable Leg firstLeg() {
    return firstLeg;
  }

  /** Notes that both ends take part in it, or that nobody asks. */
  public void assure() {
    assured = true;
  }

  /** Whether both ends take part in it, as far as anybody asks. */
  public boolean isAssured() {
    return assured;
  }
}
