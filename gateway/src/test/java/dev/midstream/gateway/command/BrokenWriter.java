package dev.midstream.gateway.command;

import java.io.IOException;
import java.io.Writer;

/** A writer that fails after some characters, like a pipe whose reader has gone. */
public final class BrokenWriter extends Writer {
  private int left;

  /** A writer with room for {@code characters}. */
  public BrokenWriter(int characters) {
    left = characters;
  }

  @Override
  public void write(char[] characters, int offset, int length) throws IOException {
    left -= length;
    if (left < 0) {
      throw new IOException("broken pipe");
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
