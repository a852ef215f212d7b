package dev.midstream.wire.capture;

import java.io.IOException;

/** Thrown for a file that cannot be read as a capture at all; the message is one line. */
public final class CaptureException extends IOException {
  private static final long serialVersionUID = 1L;

  CaptureException(String message) {
    super(message);
  }

  CaptureException(String message, IOException cause) {
    super(message, cause);
  }
}
