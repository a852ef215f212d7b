package dev.midstream.gateway.command;

import java.io.IOException;
import java.io.Writer;

/** A place for output that takes some of it and then no more, like a pipe nobody reads. */
public final class BrokenWriter extends Writer {
  private int left;

  /** One that takes {@code characters}. */
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
