package dev.midstream.jgroups.gate;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection that has passed, or passes when it connects, the {@link Gate}. The group layer sees
 * a plain socket. Closing never waits: the connection below TLS is closed at once.
 */
final class PeerSocket extends Socket {
  private final Gate gate;
  private final Socket raw;
  private volatile @Nullable SSLSocket tls;
  private volatile @Nullable Greeting peer;
  private volatile long writingSinceNanos;
  private volatile boolean isWriting;

  /** A connection that is to be made. */
  PeerSocket(Gate gate) {
    this.gate = gate;
    raw = new Socket();
  }

  /** A connection that has passed the gate. */
  PeerSocket(Gate gate, Socket raw, SSLSocket tls, Greeting peer) {
    this.gate = gate;
    this.raw = raw;
    this.tls = tls;
    this.peer = peer;
    gate.add(this);
  }

  /** Who is at the other end; null before it has greeted. */
  @Nullable Greeting peer() {
    return peer;
  }

  /** How long the present write has been waiting for the peer; 0 if there is none. */
  long writingNanos(long nowNanos) {
    long since = writingSinceNanos;
    return isWriting ? nowNanos - since : 0;
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  @Override
  public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
    Gate.connect(raw, endpoint, timeoutMillis);
    Gate.Greeted greeted = gate.greet(raw, Greeting.Purpose.GROUP);
    tls = greeted.socket();
    peer = greeted.peer();
    gate.add(this);
  }

  private SSLSocket tls() throws SocketException {
    SSLSocket present = tls;
    if (present == null) {
      throw new SocketException("not connected");
    }
    return present;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return tls().getInputStream();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new WatchedOutput(tls().getOutputStream());
  }

  @Override
  public void close() throws IOException {
    gate.remove(this);
    raw.close();
  }

  @Override
  public void bind(@Nullable SocketAddress point) throws IOException {
    raw.bind(point);
  }

  @Override
  public boolean isConnected() {
    return tls != null;
  }

  @Override
  public boolean isClosed() {
    return raw.isClosed();
  }

  @Override
  public boolean isBound() {
    return raw.isBound();
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    return raw.getInetAddress();
  }

  @Override
  public InetAddress getLocalAddress() {
    return raw.getLocalAddress();
  }

  @Override
  public int getPort() {
    return raw.getPort();
  }

  @Override
  public int getLocalPort() {
    return raw.getLocalPort();
  }

  @Override
  public @Nullable SocketAddress getRemoteSocketAddress() {
    return raw.getRemoteSocketAddress();
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    return raw.getLocalSocketAddress();
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    raw.setTcpNoDelay(on);
  }

  @Override
  public boolean getTcpNoDelay() throws SocketException {
    return raw.getTcpNoDelay();
  }

  @Override
  public void setSoLinger(boolean on, int linger) throws SocketException {
    raw.setSoLinger(on, linger);
  }

  @Override
  public void setKeepAlive(boolean on) throws SocketException {
    raw.setKeepAlive(on);
  }

  @Override
  public void setSendBufferSize(int size) throws SocketException {
    raw.setSendBufferSize(size);
  }

  @Override
  public void setReceiveBufferSize(int size) throws SocketException {
    raw.setReceiveBufferSize(size);
  }

  @Override
  public void setSoTimeout(int timeoutMillis) throws SocketException {
    raw.setSoTimeout(timeoutMillis);
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return raw.getSoTimeout();
  }

  @Override
  public String toString() {
    Greeting present = peer;
    SocketAddress remote = raw.getRemoteSocketAddress();
    String address = remote instanceof InetSocketAddress inet ? inet.toString() : "no address";
    return present == null ? address : present.node() + " " + present.life();
  }

  /** Notes since when a write waits. */
  private final class WatchedOutput extends FilterOutputStream {

    WatchedOutput(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
      writingSinceNanos = System.nanoTime();
      isWriting = true;
      try {
        out.write(octets, offset, length);
      } finally {
        isWriting = false;
      }
    }
  }
}
