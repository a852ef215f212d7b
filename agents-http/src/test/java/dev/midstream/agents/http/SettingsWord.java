package dev.midstream.agents.http;

/** The code of a reason, as reports begin with it. */
final class SettingsWord {
  private SettingsWord() {}

  static String of(HttpReason reason) {
    return reason.reason().code();
  }
}
