package dev.midstream.agents.smtp;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which senders and recipients are denied, and with what. */
final class EnvelopeCheck {
  private static final int MAX_DIGITS = 18;

  /** The extension that a parameter belongs to (RFC 1870, 3461, 4954, 6531). */
  private static final Map<String, String> EXTENSIONS =
      Map.of(
          "SIZE", "SIZE",
          "RET", "DSN",
          "ENVID", "DSN",
          "NOTIFY", "DSN",
          "ORCPT", "DSN",
          "AUTH", "AUTH",
          "SMTPUTF8", "SMTPUTF8");

  private final SmtpPolicy policy;

  EnvelopeCheck(SmtpPolicy policy) {
    this.policy = policy;
  }

  /** The denial of MAIL; null if it may pass. */
  @Nullable Denial ofSender(Command command) {
    Envelope envelope = Envelope.of("FROM:", command.argument());
    Path path = envelope.path();
    if (path == null || path.equals(Path.POSTMASTER)) {
      return Denial.SENDER_ADDRESS;
    }
    Denial denial = common(envelope, path);
    if (denial != null) {
      return denial;
    }
    return policy.senders().allows(path) ? null : Denial.SENDER;
  }

  /** The denial of RCPT; null if it may pass. */
  @Nullable Denial ofRecipient(Session session, Command command) {
    Envelope envelope = Envelope.of("TO:", command.argument());
    Path path = envelope.path();
    if (path == null || path.isNull()) {
      return Denial.ADDRESS;
    }
    Denial denial = common(envelope, path);
    if (denial != null) {
      return denial;
    }
    if (!policy.recipients().allows(path)) {
      return Denial.RECIPIENT;
    }
    if (!session.mayRelay() && !policy.relay().isLocal(path)) {
      return Denial.RELAY;
    }
    return session.recipients() >= policy.limits().recipients() ? Denial.RECIPIENTS : null;
  }

  private @Nullable Denial common(Envelope envelope, Path path) {
    Map<String, String> parameters = envelope.parameters();
    if (parameters == null) {
      return Denial.ARGUMENT;
    }
    boolean isUtf8Right =
        path.isAscii()
            || (!policy.hides("SMTPUTF8") && (path.hasAsciiDomain() || !policy.hasAddressRules()));
    if (!isUtf8Right) {
      return Denial.UTF8;
    }
    for (String keyword : parameters.keySet()) {
      String extension = EXTENSIONS.get(keyword);
      if (extension != null && policy.hides(extension)) {
        return Denial.PARAMETER;
      }
    }
    if (policy.hides(parameters.getOrDefault("BODY", "").toUpperCase(Locale.ROOT))) {
      return Denial.PARAMETER;
    }
    return size(parameters.get("SIZE"));
  }

  private @Nullable Denial size(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (!text.matches("[0-9]{1," + MAX_DIGITS + "}")) {
      return Denial.ARGUMENT;
    }
    boolean isAllowed = policy.masks().extensions().sizes().allows(Long.parseLong(text));
    return isAllowed ? null : Denial.SIZE;
  }
}
