package dev.midstream.gateway.live;

import dev.midstream.demo.network.Namespace;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** A server that answers one WebSocket message (RFC 6455) with the same text. */
final class WebSocketEcho implements AutoCloseable {
  static final int PORT = 81;
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int SHORT = 126;

  private final ServerSocket listener;

  private WebSocketEcho(ServerSocket listener) {
    this.listener = listener;
  }

  static WebSocketEcho start(Namespace namespace) throws IOException {
    ServerSocket listener =
        namespace.call(() -> {
          ServerSocket made = new ServerSocket();
          made.bind(new InetSocketAddress(PORT));
          return made;
        });
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (Socket socket = listener.accept()) {
            echo(new DataInputStream(socket.getInputStream()), socket.getOutputStream());
          } catch (IOException e) {
            throw new IllegalStateException("the echo has failed", e);
          }
        });
    return new WebSocketEcho(listener);
  }

  private static void echo(DataInputStream in, OutputStream out) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    String key = head.toString().replaceAll("(?is).*\r\nsec-websocket-key: *([^\r]*)\r\n.*", "$1");
    String answer =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + ("Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n");
    out.write(answer.getBytes(StandardCharsets.US_ASCII));
    int kind = in.readUnsignedByte();
    int length = in.readUnsignedByte() % 128;
    if (length >= SHORT) {
      throw new IOException("a short message was expected");
    }
    byte[] mask = in.readNBytes(4);
    byte[] text = in.readNBytes(length);
    for (int i = 0; i < length; i++) {
      text[i] ^= mask[i % mask.length];
    }
    out.write(new byte[] {(byte) kind, (byte) length});
    out.write(text);
    out.flush();
    var ignored = in.read();
  }

  private static String accept(String key) {
    try {
      byte[] octets = (key + MAGIC).getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(octets));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
