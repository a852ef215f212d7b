package dev.midstream.jgroups.gate;

import dev.midstream.cluster.member.ConfigurationMatch;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.jgroups.carrier.Refusal;
import dev.midstream.jgroups.carrier.Refusal.Reason;
import dev.midstream.jgroups.gate.Greeting.Purpose;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Admits connections, and makes them: TLS 1.3 with certificates of both sides, then greetings.
 * Thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // the order of reasons is part of the version
public final class Gate implements AutoCloseable {
  /** How long handshake and greetings may take: 3 s. A new process is slow. */
  static final int GREETING_MILLIS = 3_000;

  /** How long they may take where a caller waits for the answer: 1 s. */
  static final int PROBE_MILLIS = 1_000;

  /** How many connections of one address may be in their handshake at once; more are closed. */
  static final int MAX_GREETING = 16;

  private static final int ACCEPTED = 0;
  private static final int REFUSED = 1;
  private static final long LOOK_MILLIS = 20;

  private final Credentials credentials;
  private final Greeting own;
  private final long stuckNanos;
  private final PeerListener listener;
  private final Set<PeerSocket> open = ConcurrentHashMap.newKeySet();
  private final Set<Socket> inHandshake = ConcurrentHashMap.newKeySet();
  private final Map<InetAddress, Integer> greeting = new ConcurrentHashMap<>();
  private final Map<NodeAddress, String> nodeNames = new ConcurrentHashMap<>();
  private volatile @Nullable BindException bindError;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("gate clock").factory());

  /** Hears of connections. Called by any thread. */
  public interface PeerListener {
    /** A connection was refused, by this node or by the other one, or the other one cannot join. */
    void onRefused(Refusal refusal);
  }

  /** A connection that has passed. */
  record Greeted(SSLSocket socket, Greeting peer) {}

  /**
   * A gate.
   *
   * @param own the life for which this process speaks
   * @param stuckNanos how long a peer may take no octets before its connection is closed
   */
  public Gate(Credentials credentials, Greeting own, long stuckNanos, PeerListener listener) {
    this.credentials = credentials;
    this.own = own;
    this.stuckNanos = stuckNanos;
    this.listener = listener;
    ScheduledFuture<?> _ =
        clock.scheduleWithFixedDelay(
            this::closeStuck, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The life for which this process speaks. */
  Greeting own() {
    return own;
  }

  /** A socket that passes the gate when it connects. */
  public Socket clientSocket() {
    return new PeerSocket(this);
  }

  /** A socket that hands over the connections that have passed the gate. */
  public ServerSocket serverSocket() throws IOException {
    return new GateServerSocket(this);
  }

  /** Why the listening socket cannot be bound; null if it was. */
  public @Nullable BindException bindError() {
    return bindError;
  }

  void noteBindError(BindException error) {
    bindError = error;
  }

  void add(PeerSocket socket) {
    open.add(socket);
  }

  void remove(PeerSocket socket) {
    open.remove(socket);
  }

  private void closeStuck() {
    long now = System.nanoTime();
    open.stream().filter(each -> each.writingNanos(now) > stuckNanos).forEach(Gate::closeQuietly);
  }

  /** Who is connected. */
  public List<Greeting> peers() {
    return open.stream().map(PeerSocket::peer).filter(peer -> peer != null).toList();
  }

  /** The name of the node that greeted last with this address; null if none did. */
  public @Nullable String nameAt(NodeAddress address) {
    return nodeNames.get(address);
  }

  // ---- the side that connects

  /**
   * Connects. A connection to a port of this machine at which nothing listens may get that port as
   * its own, and then is made with itself (RFC 9293 section 3.5, simultaneous open). It is refused
   * as any other one to such a port.
   */
  static void connect(Socket raw, SocketAddress address, int timeoutMillis) throws IOException {
    raw.connect(address, timeoutMillis);
    if (raw.getLocalSocketAddress().equals(raw.getRemoteSocketAddress())) {
      raw.setSoLinger(/* on= */ true, 0); // the port is free at once
      closeQuietly(raw);
      throw new ConnectException("Connection refused");
    }
  }

  /**
   * Greets over a connection.
   *
   * @throws RefusedException if the peer is refused, or refuses, which the listener has heard
   * @throws IOException if the peer does not answer in time; the connection is closed in both cases
   */
  Greeted greet(Socket raw, Purpose purpose) throws IOException {
    ScheduledFuture<?> deadline =
        closeLater(raw, purpose == Purpose.WATCH ? PROBE_MILLIS : GREETING_MILLIS);
    try {
      SSLSocket tls = credentials.secure(raw, true);
      tls.startHandshake();
      tls.getOutputStream().write(own.octets(purpose));
      return new Greeted(tls, readAnswer(tls));
    } catch (IOException e) {
      closeQuietly(raw);
      Optional<Refusal> refusal = Credentials.explain(placeOf(raw, true), e);
      if (refusal.isEmpty()) {
        throw e;
      }
      listener.onRefused(refusal.get());
      throw new RefusedException(refusal.get());
    } finally {
      deadline.cancel(false);
      inHandshake.remove(raw);
    }
  }

  private Greeting readAnswer(SSLSocket tls) throws IOException {
    DataInputStream in = new DataInputStream(tls.getInputStream());
    if (in.readUnsignedByte() != ACCEPTED) {
      Reason reason = Reason.values()[Math.min(in.readUnsignedByte(), Reason.values().length - 1)];
      throw new RefusedException(
          new Refusal(reason, "the peer says: " + in.readUTF() + placeOf(tls, true)));
    }
    Greeting peer = Greeting.readFrom(in);
    check(tls, peer, placeOf(tls, true));
    return peer;
  }

  // ---- the side that listens

  /** Admits a connection in a thread of its own, and hands it to {@code next} if it has passed. */
  void admit(Socket raw, Consumer<Socket> next) {
    InetAddress from = raw.getInetAddress();
    if (greeting.merge(from, 1, Integer::sum) > MAX_GREETING) {
      leave(from);
      closeQuietly(raw);
      return;
    }
    Thread.ofVirtual()
        .name("greeting " + from)
        .start(() -> {
          try {
            answer(raw, next);
          } finally {
            leave(from);
          }
        });
  }

  private void leave(InetAddress from) {
    greeting.computeIfPresent(from, (address, count) -> count > 1 ? count - 1 : null);
  }

  private void answer(Socket raw, Consumer<Socket> next) {
    ScheduledFuture<?> deadline;
    try {
      deadline = closeLater(raw, GREETING_MILLIS);
    } catch (SocketException e) {
      return; // the node leaves
    }
    try {
      raw.setTcpNoDelay(true);
      SSLSocket tls = credentials.secure(raw, false);
      tls.startHandshake();
      Greeting peer = readGreeting(tls);
      accept(tls);
      if (peer.purpose() == Purpose.GROUP && deadline.cancel(false)) {
        next.accept(new PeerSocket(this, raw, tls, peer));
      } else {
        tls.close();
      }
    } catch (IOException e) {
      closeQuietly(raw);
      Credentials.explain(placeOf(raw, false), e).ifPresent(listener::onRefused);
    } finally {
      deadline.cancel(false);
      inHandshake.remove(raw);
    }
  }

  private Greeting readGreeting(SSLSocket tls) throws IOException {
    try {
      Greeting peer = Greeting.readFrom(tls.getInputStream());
      check(tls, peer, placeOf(tls, false));
      return peer;
    } catch (Greeting.OtherVersionException e) {
      String what =
          "the node greets with another version: version="
              + e.version()
              + " own="
              + Greeting.VERSION
              + " certificate="
              + String.join(",", Credentials.namesOf(tls))
              + placeOf(tls, false);
      throw refuse(tls, new Refusal(Reason.OTHER_VERSION, what));
    } catch (RefusedException e) {
      throw refuse(tls, e.refusal());
    }
  }

  private void accept(SSLSocket tls) throws IOException {
    byte[] greeting = own.octets(own.purpose());
    byte[] answer = new byte[1 + greeting.length];
    answer[0] = ACCEPTED;
    System.arraycopy(greeting, 0, answer, 1, greeting.length);
    tls.getOutputStream().write(answer);
  }

  private static RefusedException refuse(SSLSocket tls, Refusal refusal) throws IOException {
    DataOutputStream out = new DataOutputStream(tls.getOutputStream());
    out.writeByte(REFUSED);
    out.writeByte(refusal.reason().ordinal());
    out.writeUTF(refusal.what());
    out.flush();
    tls.shutdownOutput();
    return new RefusedException(refusal);
  }

  // ---- both

  /** Compares the greeting with the certificate and with this node's own greeting. */
  private void check(SSLSocket tls, Greeting peer, String where) throws IOException {
    if (!peer.cluster().equals(own.cluster())) {
      throw new RefusedException(
          new Refusal(
              Reason.OTHER_CLUSTER,
              "the node is of another cluster: node="
                  + peer.node()
                  + " cluster="
                  + peer.cluster()
                  + " own="
                  + own.cluster()
                  + where));
    }
    Collection<String> names = Credentials.namesOf(tls);
    if (!names.contains(peer.node())) {
      throw new RefusedException(
          new Refusal(
              Reason.MISNAMED,
              "the certificate has another name: node="
                  + peer.node()
                  + " certificate="
                  + String.join(",", names)
                  + where));
    }
    nodeNames.put(peer.life().address(), peer.node());
    if (!ConfigurationMatch.isAlike(peer.configuration(), own.configuration())) {
      listener.onRefused(
          new Refusal(
              Reason.OTHER_CONFIGURATION,
              "the node has another version of the configuration, in which notation counts too: node="
                  + peer.node()
                  + " version="
                  + peer.configuration()
                  + " own="
                  + own.configuration()
                  + where));
    }
  }

  /**
   * The other end, as the end of a line for an operator. The port of one that has connected is not
   * said: it is another one each time, and a line is said once a minute.
   */
  static String placeOf(Socket socket, boolean isClient) {
    InetAddress address = socket.getInetAddress();
    if (address == null) {
      return "";
    }
    return isClient
        ? ", address=" + address.getHostAddress() + ":" + socket.getPort()
        : ", from=" + address.getHostAddress();
  }

  private ScheduledFuture<?> closeLater(Socket raw, int millis) throws SocketException {
    inHandshake.add(raw);
    try {
      return clock.schedule(() -> closeQuietly(raw), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      inHandshake.remove(raw);
      closeQuietly(raw);
      throw new SocketException("the gate is closed");
    }
  }

  static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is of no use any more
    }
  }

  /** Closes all connections. */
  @Override
  public void close() {
    clock.shutdown();
    open.forEach(Gate::closeQuietly);
    inHandshake.forEach(Gate::closeQuietly);
  }
}
