package dev.midstream.gateway.live;

import dev.midstream.demo.network.Namespace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client of SMTP that sends what it is told, and collects the replies. */
final class SmtpDialogue implements AutoCloseable {
  private static final int PORT = 25;
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final Pattern LAST_LINE =
      Pattern.compile("^([0-9]{3})(?: .*)?\r\n", Pattern.MULTILINE);

  private final Socket socket;
  private final ByteArrayOutputStream got = new ByteArrayOutputStream();
  private int replies;

  private SmtpDialogue(Socket socket) {
    this.socket = socket;
  }

  static SmtpDialogue open(Namespace namespace, String server) throws IOException {
    return namespace.call(() -> {
      Socket socket = new Socket();
      socket.connect(new InetSocketAddress(server, PORT), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      return new SmtpDialogue(socket);
    });
  }

  /** Sends one character for each octet, without waiting. */
  SmtpDialogue say(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /** Reads {@code count} more replies; returns the codes of all so far, with blanks between. */
  String codes(int count) throws IOException {
    replies += count;
    boolean open = true;
    while (open && count(text()) < replies) {
      open = readMore();
    }
    return joined(text());
  }

  /** Reads up to the end of the stream; returns the codes of all replies. */
  String codesToEnd() throws IOException {
    boolean open = true;
    while (open) {
      open = readMore();
    }
    return joined(text());
  }

  /** All that was read. */
  String text() {
    return got.toString(StandardCharsets.ISO_8859_1);
  }

  private boolean readMore() throws IOException {
    byte[] some = new byte[4096];
    int length = socket.getInputStream().read(some);
    if (length > 0) {
      got.write(some, 0, length);
    }
    return length > 0;
  }

  private static int count(String text) {
    return (int) LAST_LINE.matcher(text).results().count();
  }

  private static String joined(String text) {
    StringBuilder codes = new StringBuilder();
    Matcher matcher = LAST_LINE.matcher(text);
    while (matcher.find()) {
      codes.append(codes.isEmpty() ? "" : " ").append(matcher.group(1));
    }
    return codes.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
