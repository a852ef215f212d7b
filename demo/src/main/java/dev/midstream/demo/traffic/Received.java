package dev.midstream.demo.traffic;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * What came until the end of a stream.
 *
 * @param digest SHA-256 in hexadecimal
 */
public record Received(long length, String digest) {

  /**
   * Takes a stream to its end.
   *
   * @param progress hears how many octets came so far
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
    return new Received(length, text(digest));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static String text(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
