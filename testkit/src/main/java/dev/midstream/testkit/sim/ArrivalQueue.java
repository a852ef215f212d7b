package dev.midstream.testkit.sim;

import dev.midstream.wire.packet.Packet;

/** Where packets that have arrived may wait before they reach the box. */
public interface ArrivalQueue {
  /** No packet waits. */
  ArrivalQueue NONE =
      new ArrivalQueue() {
        @Override
        public long dueNanos(Packet packet, long nowNanos) {
          return nowNanos;
        }

        @Override
        public void leave(boolean hasWaited) {}
      };

  /** When {@code packet} reaches the box, which has arrived; now if it does not wait. */
  long dueNanos(Packet packet, long nowNanos);

  /** Called right before a packet reaches the box. */
  void leave(boolean hasWaited);
}
