package dev.midstream.demo.traffic;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * The length and digest of a received stream.
 *
 * @param digest SHA-256 in hexadecimal
 */
public record Received(long length, String digest) {

  /**
   * Reads a stream to its end.
   *
   * @param progress gets the number of octets so far, after every read
   */
  public static Received of(InputStream stream, LongConsumer progress) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 17];
    long length = 0;
    for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
      digest.update(buffer, 0, read);
      length += read;
      progress.accept(length);
    }
    return new Received(length, hex(digest));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
