package dev.midstream.demo.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.SplittableRandom;

/**
 * Octets that a seed determines: pages of equal length, each with a number and noise, and with a
 * mark at its end. So an editor that replaces the mark has one thing to do in each page. Immutable.
 */
public final class Document {
  /** Pages that differ in their noise; after these it repeats under other numbers. */
  private static final int MASTERS = 64;

  private final byte[][] masters;
  private final byte[] mark;
  private final long pages;

  /**
   * A document of {@code pages} pages.
   *
   * @param pageBytes the length of each, with number and mark
   */
  public Document(long seed, long pages, int pageBytes, String mark) {
    this.mark = octets(mark);
    this.pages = pages;
    masters = new byte[MASTERS][pageBytes];
    SplittableRandom random = new SplittableRandom(seed);
    int end = pageBytes - this.mark.length;
    for (byte[] master : masters) {
      random.nextBytes(master);
      System.arraycopy(this.mark, 0, master, end, this.mark.length);
    }
  }

  /** Octets as they are sent. */
  public long length() {
    return pages * masters[0].length;
  }

  /** Marks in it. */
  public long marks() {
    return pages;
  }

  /** SHA-256 of what is sent, in hexadecimal. */
  public String digest() {
    return digestReplacing(new String(mark, StandardCharsets.UTF_8));
  }

  /** SHA-256 of the document with {@code replacement} in the place of every mark. */
  public String digestReplacing(String replacement) {
    byte[] instead = octets(replacement);
    MessageDigest digest = Received.sha256();
    for (long number = 0; number < pages; number++) {
      byte[] page = page(number);
      digest.update(page, 0, page.length - mark.length);
      digest.update(instead);
    }
    return Received.text(digest);
  }

  /** Writes all of it to a blocking channel. */
  public void writeTo(WritableByteChannel channel) throws IOException {
    int batch = Math.max(1, (1 << 17) / masters[0].length);
    ByteBuffer buffer = ByteBuffer.allocateDirect(batch * masters[0].length);
    for (long number = 0; number < pages; ) {
      buffer.clear();
      while (buffer.hasRemaining() && number < pages) {
        buffer.put(page(number++));
      }
      buffer.flip();
      while (buffer.hasRemaining()) {
        int ignored = channel.write(buffer);
      }
    }
  }

  /** The page's own copy: its master with the number in front. */
  private byte[] page(long number) {
    byte[] page = masters[(int) (number % MASTERS)].clone();
    ByteBuffer.wrap(page).putLong(number);
    return page;
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
