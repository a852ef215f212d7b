package dev.midstream.jgroups.gate;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * A handshake of a node with itself, in memory. It shows that the node's certificate can be used at
 * both ends. And it loads what handshakes need, which takes longer than the others wait for a node
 * that is loading it.
 */
final class Rehearsal {
  private static final int MAX_STEPS = 100;
  private static final int ROUNDS = 2;

  private final SSLEngine engine;
  private final ByteBuffer incoming;
  private final ByteBuffer application;

  private Rehearsal(SSLEngine engine) {
    this.engine = engine;
    incoming = ByteBuffer.allocate(2 * engine.getSession().getPacketBufferSize());
    application = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
  }

  /** Makes engines that have not begun. */
  interface Engines {
    SSLEngine engine(boolean isClient);
  }

  /**
   * Shakes hands.
   *
   * @throws SSLException if a side refuses the other one
   */
  static void run(Engines engines) throws SSLException {
    for (int round = 0; round < ROUNDS; round++) {
      Rehearsal client = new Rehearsal(engines.engine(true));
      Rehearsal server = new Rehearsal(engines.engine(false));
      client.engine.beginHandshake();
      server.engine.beginHandshake();
      int left = MAX_STEPS;
      while (!(client.isDone() && server.isDone())) {
        client.step(server.incoming);
        server.step(client.incoming);
        if (--left == 0) {
          throw new SSLException("the handshake does not end");
        }
      }
    }
  }

  private boolean isDone() {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }

  private void step(ByteBuffer outgoing) throws SSLException {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> runTasks();
      case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), outgoing);
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
        incoming.flip();
        engine.unwrap(incoming, application);
        incoming.compact();
      }
      case NOT_HANDSHAKING, FINISHED -> {
        // the other side is not done
      }
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }
}
