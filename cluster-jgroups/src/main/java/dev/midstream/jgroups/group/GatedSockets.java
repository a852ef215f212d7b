package dev.midstream.jgroups.group;

import dev.midstream.jgroups.gate.Gate;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jgroups.util.SocketFactory;

/** Gives the stack sockets that pass the {@link Gate}, and no others. */
final class GatedSockets implements SocketFactory {
  private static final int BACKLOG = 50;

  private final Gate gate;

  GatedSockets(Gate gate) {
    this.gate = gate;
  }

  @Override
  public Socket createSocket(String service) {
    return gate.clientSocket();
  }

  @Override
  public Socket createSocket(String service, String host, int port) throws IOException {
    return createSocket(service, InetAddress.getByName(host), port);
  }

  @Override
  public Socket createSocket(String service, InetAddress address, int port) throws IOException {
    Socket socket = gate.clientSocket();
    socket.connect(new InetSocketAddress(address, port));
    return socket;
  }

  @Override
  public Socket createSocket(
      String service, String host, int port, InetAddress local, int localPort) throws IOException {
    return createSocket(service, InetAddress.getByName(host), port, local, localPort);
  }

  @Override
  public Socket createSocket(
      String service, InetAddress address, int port, InetAddress local, int localPort)
      throws IOException {
    Socket socket = gate.clientSocket();
    socket.bind(new InetSocketAddress(local, localPort));
    socket.connect(new InetSocketAddress(address, port));
    return socket;
  }

  @Override
  public ServerSocket createServerSocket(String service) throws IOException {
    return gate.serverSocket();
  }

  @Override
  public ServerSocket createServerSocket(String service, int port) throws IOException {
    return bound(new InetSocketAddress(port), BACKLOG);
  }

  @Override
  public ServerSocket createServerSocket(String service, int port, int backlog) throws IOException {
    return bound(new InetSocketAddress(port), backlog);
  }

  @Override
  public ServerSocket createServerSocket(String service, int port, int backlog, InetAddress address)
      throws IOException {
    return bound(new InetSocketAddress(address, port), backlog);
  }

  private ServerSocket bound(SocketAddress address, int backlog) throws IOException {
    ServerSocket socket = gate.serverSocket();
    socket.bind(address, backlog);
    return socket;
  }

  @Override
  public SocketChannel createSocketChannel(String service) {
    throw noChannel();
  }

  @Override
  public ServerSocketChannel createServerSocketChannel(String service) {
    throw noChannel();
  }

  @Override
  public DatagramSocket createDatagramSocket(String service) throws SocketException {
    throw noDatagrams();
  }

  @Override
  public DatagramSocket createDatagramSocket(String service, SocketAddress address)
      throws SocketException {
    throw noDatagrams();
  }

  @Override
  public DatagramSocket createDatagramSocket(String service, int port) throws SocketException {
    throw noDatagrams();
  }

  @Override
  public DatagramSocket createDatagramSocket(String service, int port, InetAddress address)
      throws SocketException {
    throw noDatagrams();
  }

  @Override
  public MulticastSocket createMulticastSocket(String service) throws IOException {
    throw noDatagrams();
  }

  @Override
  public MulticastSocket createMulticastSocket(String service, int port) throws IOException {
    throw noDatagrams();
  }

  @Override
  public MulticastSocket createMulticastSocket(String service, SocketAddress address)
      throws IOException {
    throw noDatagrams();
  }

  private static UnsupportedOperationException noChannel() {
    return new UnsupportedOperationException("a channel would not be encrypted");
  }

  private static SocketException noDatagrams() {
    return new SocketException("datagrams would not be encrypted");
  }

  @Override
  public void close(Socket socket) throws IOException {
    socket.close();
  }

  @Override
  public void close(ServerSocket socket) throws IOException {
    socket.close();
  }

  @Override
  public void close(DatagramSocket socket) {
    socket.close();
  }
}
