package dev.midstream.gateway.plugin;

/** A plug-in that cannot be used. The message is one clause and does not name the plug-in. */
final class PluginException extends Exception {
  private static final long serialVersionUID = 1;

  PluginException(String message) {
    super(message);
  }

  PluginException(String message, Throwable cause) {
    super(message, cause);
  }
}
