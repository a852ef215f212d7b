package dev.midstream.demo.network;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveWay;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.port.PortLoop;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A wire with a box in it: a name space with two interfaces, and a thread that carries frames
 * between them as the box decides.
 */
final class BoxedWire implements AutoCloseable {
  static final String LEFT = "w0";
  static final String RIGHT = "w1";

  private final NameSpace nameSpace;
  private final CompletableFuture<PortLoop> started = new CompletableFuture<>();
  private final Box box;

  private BoxedWire(NameSpace nameSpace, Box box) {
    this.nameSpace = nameSpace;
    this.box = box;
  }

  /**
   * Starts to carry frames between {@link #LEFT}, the box's inside, and {@link #RIGHT}, which must
   * be there.
   */
  static BoxedWire start(NameSpace nameSpace, Box box) throws IOException {
    BoxedWire wire = new BoxedWire(nameSpace, box);
    Thread.ofPlatform().daemon().name("boxed wire").start(wire::work);
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
    nameSpace.close();
  }

  private void work() {
    try {
      nameSpace.enter();
      carry();
    } catch (Throwable e) {
      started.completeExceptionally(e);
    }
  }

  private void carry() throws PortException {
    try (Port port = AfPacketPort.open(LEFT, RIGHT, ReceiveWay.RING, (_, _) -> {})) {
      PortLoop loop = new PortLoop(port, box);
      started.complete(loop);
      loop.run();
    }
  }
}
