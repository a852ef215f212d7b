package dev.midstream.wire.capture;

import java.io.IOException;

/** Refuses a file of which nothing can be read as a capture; the message is one clear line. */
public final class CaptureException extends IOException {
  private static final long serialVersionUID = 1L;

  CaptureException(String message) {
    super(message);
  }

  CaptureException(String message, IOException cause) {
    super(message, cause);
  }
}
