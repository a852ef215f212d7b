package dev.midstream.demo.network;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.port.PortLoop;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A wire with a box in it: a network namespace with two interfaces, and a thread that forwards
 * frames between them through the box.
 */
final class BoxedWire implements AutoCloseable {
  static final String LEFT = "w0";
  static final String RIGHT = "w1";

  private final Namespace namespace;
  private final CompletableFuture<PortLoop> started = new CompletableFuture<>();
  private final Box box;

  private BoxedWire(Namespace namespace, Box box) {
    this.namespace = namespace;
    this.box = box;
  }

  /**
   * Starts to forward frames between {@link #LEFT}, the box's inside, and {@link #RIGHT}. Both
   * interfaces must exist.
   */
  static BoxedWire start(Namespace namespace, Box box) throws IOException {
    BoxedWire wire = new BoxedWire(namespace, box);
    Thread.ofPlatform().daemon().name("boxed wire").start(wire::run);
    try {
      PortLoop ignored = wire.started.join();
      return wire;
    } catch (CompletionException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    started.join().stop();
    namespace.close();
  }

  private void run() {
    try {
      namespace.enter();
      forward();
    } catch (Throwable e) {
      started.completeExceptionally(e);
    }
  }

  private void forward() throws PortException {
    try (Port port = AfPacketPort.open(LEFT, RIGHT, ReceiveMode.RING, (_, _) -> {})) {
      PortLoop loop = new PortLoop(port, box);
      started.complete(loop);
      loop.run();
    }
  }
}
