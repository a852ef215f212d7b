package dev.midstream.wire.packet;

/** Takes the packets a box makes, in the order they must leave. */
@FunctionalInterface
public interface PacketOutput {

  /**
   * Sends a packet. Its leg is the one it leaves by. The packet and its memory are the box's and
   * valid only during the call.
   */
  void emit(Packet packet);

  /** Whether the payload of a packet may lie elsewhere, see {@link Packet#parts()}. */
  default boolean gathers() {
    return false;
  }
}
