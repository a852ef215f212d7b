package dev.midstream.bench.port;

import dev.midstream.bench.frame.SampleText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** The server's side of {@link DownloadLoad}: one request, and a body that does not end. */
final class HttpAnswer {
  private static final int WRITE_BYTES = 1 << 20;
  private static final int CHUNK_BYTES = 8_192;
  private static final long SEED = 11;

  /** How the length of a body is told (RFC 9112 section 6). */
  enum Framing {
    COUNTED("/counted", "Content-Length: 100000000000000000"),
    CHUNKED("/chunked", "Transfer-Encoding: chunked");

    private final String path;
    private final String field;

    Framing(String path, String field) {
      this.path = path;
      this.field = field;
    }

    String path() {
      return path;
    }
  }

  private HttpAnswer() {}

  /** Answers a request, whose first octet was read, until the client closes. */
  static void answer(SocketChannel channel) throws IOException {
    boolean chunked = Target.readTo("\r\n\r\n", channel).contains(" " + Framing.CHUNKED.path + " ");
    Framing framing = chunked ? Framing.CHUNKED : Framing.COUNTED;
    String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + framing.field + "\r\n\r\n";
    Target.write(channel, ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
    ByteBuffer body = chunked ? chunks() : text();
    while (true) {
      Target.write(channel, body.rewind());
    }
  }

  private static ByteBuffer text() {
    byte[] text = SampleText.of(WRITE_BYTES, SEED);
    return ByteBuffer.allocateDirect(text.length).put(text).flip();
  }

  private static ByteBuffer chunks() {
    byte[] text = SampleText.of(CHUNK_BYTES, SEED);
    byte[] size = (Integer.toHexString(CHUNK_BYTES) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] end = {'\r', '\n'};
    int chunks = WRITE_BYTES / CHUNK_BYTES;
    ByteBuffer body = ByteBuffer.allocateDirect(chunks * (size.length + text.length + end.length));
    for (int i = 0; i < chunks; i++) {
      body.put(size).put(text).put(end);
    }
    return body.flip();
  }
}
