package dev.midstream.gateway.network;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveWay;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.port.PortLoop;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A wire that treats frames badly: a name space with two interfaces, and a thread that carries
 * frames between them, or does not.
 */
final class ImpairedWire implements AutoCloseable {
  static final String LEFT = "w0";
  static final String RIGHT = "w1";

  private final NameSpace nameSpace;
  private final CompletableFuture<PortLoop> started = new CompletableFuture<>();
  private final FaultyBox box;

  private ImpairedWire(NameSpace nameSpace, Impairment impairment, long seed) {
    this.nameSpace = nameSpace;
    box = new FaultyBox(impairment, seed);
  }

  /** Starts to carry frames between {@link #LEFT} and {@link #RIGHT}, which must be there. */
  static ImpairedWire start(NameSpace nameSpace, Impairment impairment, long seed)
      throws IOException {
    ImpairedWire wire = new ImpairedWire(nameSpace, impairment, seed);
    Thread.ofPlatform().daemon().name("impaired wire").start(wire::work);
    try {
      PortLoop ignored = wire.started.join();
      return wire;
    } catch (CompletionException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  /** What was lost, late or doubled so far. */
  long faults() {
    return box.faults();
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
