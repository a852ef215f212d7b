package dev.midstream.gateway.command;

import org.jspecify.annotations.Nullable;

/**
 * The user's input cannot be used, for example a file that is missing, not readable or no capture.
 * The message is one line that starts with the file's name, or is about a key of the configuration.
 */
public final class InputException extends Exception {
  private static final long serialVersionUID = 1;

  private final @Nullable String key;

  public InputException(String message) {
    super(message);
    key = null;
  }

  /**
   * About the value of a key.
   *
   * @param key the key, such as admin.listen
   */
  public InputException(String message, String key) {
    super(message);
    this.key = key;
  }

  /** The key whose value it is about; null if it is about none. */
  @Nullable String key() {
    return key;
  }
}
