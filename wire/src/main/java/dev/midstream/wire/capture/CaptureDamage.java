package dev.midstream.wire.capture;

/**
 * The place where a capture stops being readable. Everything before it was delivered.
 *
 * @param reason what is wrong, in lower case
 * @param file the name of the capture
 * @param offset where in the file the damaged record or block starts
 */
public record CaptureDamage(String reason, String file, long offset) {

  /** The damage in one line. */
  public String line() {
    return "capture ends early, " + reason + " file=" + file + " offset=" + offset;
  }
}
