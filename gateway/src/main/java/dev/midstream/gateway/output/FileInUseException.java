package dev.midstream.gateway.output;

import java.io.IOException;

/** Another program writes to a file. */
public final class FileInUseException extends IOException {
  private static final long serialVersionUID = 1;

  FileInUseException() {
    super("another program writes to it");
  }
}
