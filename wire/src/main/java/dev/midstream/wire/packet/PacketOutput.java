package dev.midstream.wire.packet;

/** Receives the packets that a box emits, in the order in which they must leave. */
@FunctionalInterface
public interface PacketOutput {

  /**
   * Sends a packet by its leg. The packet and its memory belong to the box and are valid only
   * during the call.
   */
  void emit(Packet packet);

  /** Whether the payload of a packet may lie elsewhere (gather), see {@link Packet#parts()}. */
  default boolean gathers() {
    return false;
  }
}
