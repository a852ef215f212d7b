package dev.midstream.demo.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.SplittableRandom;

/**
 * Random octets made from a seed: pages of equal length, each with its number first and the mark
 * last. An editor that replaces the mark has one edit in each page. Immutable.
 */
public final class Document {
  /** Pages with different random octets; later pages reuse them with their own number. */
  private static final int TEMPLATES = 64;

  private final byte[][] templates;
  private final byte[] mark;
  private final long pages;

  /**
   * A document of {@code pages} pages.
   *
   * @param pageBytes the length of a page, including its number and mark
   */
  public Document(long seed, long pages, int pageBytes, String mark) {
    this.mark = octets(mark);
    this.pages = pages;
    templates = new byte[TEMPLATES][pageBytes];
    SplittableRandom random = new SplittableRandom(seed);
    int end = pageBytes - this.mark.length;
    for (byte[] template : templates) {
      random.nextBytes(template);
      System.arraycopy(this.mark, 0, template, end, this.mark.length);
    }
  }

  /** The length as sent, in octets. */
  public long length() {
    return pages * templates[0].length;
  }

  public long marks() {
    return pages;
  }

  /** SHA-256 as sent, in hexadecimal. */
  public String digest() {
    return digestReplacing(new String(mark, StandardCharsets.UTF_8));
  }

  /** SHA-256 with every mark replaced, in hexadecimal. */
  public String digestReplacing(String replacement) {
    byte[] replaced = octets(replacement);
    MessageDigest digest = Received.sha256();
    for (long number = 0; number < pages; number++) {
      byte[] page = page(number);
      digest.update(page, 0, page.length - mark.length);
      digest.update(replaced);
    }
    return Received.hex(digest);
  }

  /** Writes the whole document to a blocking channel. */
  public void writeTo(WritableByteChannel channel) throws IOException {
    int batch = Math.max(1, (1 << 17) / templates[0].length);
    ByteBuffer buffer = ByteBuffer.allocateDirect(batch * templates[0].length);
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

  /** A copy of the page's template, with the page's number at its start. */
  private byte[] page(long number) {
    byte[] page = templates[(int) (number % TEMPLATES)].clone();
    ByteBuffer.wrap(page).putLong(number);
    return page;
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
