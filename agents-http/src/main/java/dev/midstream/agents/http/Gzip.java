package dev.midstream.agents.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The coding gzip (RFC 1952) of whole bodies. */
final class Gzip {
  private Gzip() {}

  /** The decoded octets; null if they are no gzip, or more than {@code limit}. */
  static byte @Nullable [] decode(byte[] octets, int limit) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(octets))) {
      byte[] decoded = in.readNBytes(limit + 1);
      return decoded.length > limit ? null : decoded;
    } catch (IOException _) {
      return null;
    }
  }

  static byte[] encode(byte[] octets) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(octets);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return out.toByteArray();
  }
}
