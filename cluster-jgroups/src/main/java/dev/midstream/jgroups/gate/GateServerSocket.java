package dev.midstream.jgroups.gate;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket of a node. Connections pass the {@link Gate} side by side, so that one that
 * says nothing delays no other one; {@link #accept} returns those that have passed.
 */
@SuppressWarnings("ReferenceEquality") // END is one object
final class GateServerSocket extends ServerSocket {
  private static final Socket END = new Socket();

  private final Gate gate;
  private final BlockingQueue<Socket> passed = new LinkedBlockingQueue<>();

  GateServerSocket(Gate gate) throws IOException {
    this.gate = gate;
  }

  @Override
  public void bind(@Nullable SocketAddress endpoint, int backlog) throws IOException {
    try {
      super.bind(endpoint, backlog);
    } catch (BindException e) {
      gate.noteBindError(e);
      throw e;
    }
    Thread.ofVirtual().name("gate " + endpoint).start(this::acceptAll);
  }

  private void acceptAll() {
    while (!isClosed()) {
      try {
        Socket raw = super.accept();
        gate.admit(raw, this::pass);
      } catch (IOException e) {
        if (!isClosed()) {
          pause();
        }
      }
    }
  }

  private void pass(Socket socket) {
    passed.add(socket);
    if (isClosed()) {
      closePassed();
    }
  }

  private void closePassed() {
    for (Socket next = passed.poll(); next != null; next = passed.poll()) {
      if (next != END) {
        Gate.closeQuietly(next);
      }
    }
    passed.add(END);
  }

  /** Accepting fails if the process has no descriptors left; others will be closed. */
  private static void pause() {
    try {
      Thread.sleep(10); // no event tells that a descriptor is free again
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Socket accept() throws IOException {
    try {
      Socket next = passed.take();
      if (next != END) {
        return next;
      }
      passed.add(END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new SocketException("closed");
  }

  @Override
  public void close() throws IOException {
    super.close();
    closePassed();
  }
}
