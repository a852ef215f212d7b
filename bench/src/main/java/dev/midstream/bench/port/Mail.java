package dev.midstream.bench.port;

import dev.midstream.bench.frame.SampleText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Both sides of a mail whose text does not end (RFC 5321 section 3.3). */
final class Mail {
  private static final int LINE_BYTES = 78;
  private static final long SEED = 13;
  private static final List<String> COMMANDS =
      List.of("HELO client.example", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA");

  private Mail() {}

  /** Opens a connection and sends what comes before the text. */
  static SocketChannel open(Target target) throws IOException {
    SocketChannel channel = target.connect();
    readLine(channel);
    for (String command : COMMANDS) {
      writeLine(channel, command);
      readLine(channel);
    }
    return channel;
  }

  /** Whole lines of text, {@code bytes} octets at most. */
  static byte[] text(int bytes) {
    byte[] line = SampleText.of(LINE_BYTES, SEED);
    for (int i = 0; i < LINE_BYTES; i++) {
      line[i] = line[i] == '\r' || line[i] == '\n' ? (byte) ' ' : line[i];
    }
    line[LINE_BYTES - 2] = '\r';
    line[LINE_BYTES - 1] = '\n';
    ByteBuffer text = ByteBuffer.allocate(bytes / LINE_BYTES * LINE_BYTES);
    while (text.hasRemaining()) {
      text.put(line);
    }
    return text.array();
  }

  /** Answers a client up to its text, which follows. */
  static void answer(SocketChannel channel) throws IOException {
    writeLine(channel, "220 server.example");
    String command = readLine(channel);
    while (!command.equals("DATA")) {
      writeLine(channel, "250 OK");
      command = readLine(channel);
    }
    writeLine(channel, "354 go on");
  }

  private static void writeLine(SocketChannel channel, String line) throws IOException {
    Target.write(channel, ByteBuffer.wrap((line + "\r\n").getBytes(StandardCharsets.US_ASCII)));
  }

  /** Reads one line; the other side waits for an answer after it. */
  private static String readLine(SocketChannel channel) throws IOException {
    return Target.readTo("\r\n", channel).strip();
  }
}
