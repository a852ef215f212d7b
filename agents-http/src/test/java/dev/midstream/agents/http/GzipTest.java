package dev.midstream.agents.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The coding gzip, against that of the JDK. */
class GzipTest {
  private static final byte[] TEXT = "a text ".repeat(2_000).getBytes(StandardCharsets.US_ASCII);

  @Test
  @DisplayName("OWN-3 gzip is what the JDK's streams read and write")
  void agreesWithJdk() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(TEXT);
    }
    assertThat(Gzip.decode(out.toByteArray(), TEXT.length)).isEqualTo(TEXT);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(Gzip.encode(TEXT)))) {
      assertThat(in.readAllBytes()).isEqualTo(TEXT);
    }
  }

  @Test
  @DisplayName("OWN-3 the optional parts of a header are skipped")
  void skipsOptionalParts() {
    byte[] plain = Gzip.encode(TEXT);
    byte[] extra = {2, 0, 'x', 'y', 'n', 0, 'c', 0, 1, 2};
    byte[] whole = new byte[plain.length + extra.length];
    System.arraycopy(plain, 0, whole, 0, 10);
    System.arraycopy(extra, 0, whole, 10, extra.length);
    System.arraycopy(plain, 10, whole, 10 + extra.length, plain.length - 10);
    whole[3] = 4 + 8 + 16 + 2;
    assertThat(Gzip.decode(whole, TEXT.length)).isEqualTo(TEXT);
  }

  @Test
  @DisplayName("OWN-3 members follow each other")
  void readsMembers() {
    byte[] gzip = Gzip.encode(TEXT);
    byte[] twice = Arrays.copyOf(gzip, 2 * gzip.length);
    System.arraycopy(gzip, 0, twice, gzip.length, gzip.length);
    byte[] text = Arrays.copyOf(TEXT, 2 * TEXT.length);
    System.arraycopy(TEXT, 0, text, TEXT.length, TEXT.length);
    assertThat(Gzip.decode(twice, text.length)).isEqualTo(text);
    assertThat(Gzip.decode(twice, text.length - 1)).isNull();
    for (int length = gzip.length + 1; length < twice.length; length++) {
      assertThat(Gzip.decode(Arrays.copyOf(twice, length), text.length)).isNull();
    }
  }

  @Test
  @DisplayName("OWN-3 damaged or longer gzip is not decoded")
  void refusesDamage() {
    byte[] gzip = Gzip.encode(TEXT);
    assertThat(Gzip.decode(gzip, TEXT.length - 1)).isNull();
    for (int length = 0; length < gzip.length; length++) {
      assertThat(Gzip.decode(Arrays.copyOf(gzip, length), TEXT.length)).isNull();
    }
    assertThat(Gzip.decode(Arrays.copyOf(gzip, gzip.length + 1), TEXT.length)).isNull();
    for (int at : new int[] {0, 1, 2, gzip.length - 1, gzip.length - 8}) {
      byte[] damaged = gzip.clone();
      damaged[at]++;
      assertThat(Gzip.decode(damaged, TEXT.length)).isNull();
    }
  }
}
