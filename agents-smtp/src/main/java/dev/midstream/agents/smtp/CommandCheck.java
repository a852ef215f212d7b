package dev.midstream.agents.smtp;

import dev.midstream.agents.smtp.SmtpPolicy.StartTls;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which commands are denied, and with what. */
final class CommandCheck {
  /** Commands before STARTTLS where that is required (RFC 3207 section 4). */
  private static final Set<String> BEFORE_TLS = Set.of("EHLO", "LHLO", "STARTTLS", "NOOP", "QUIT");

  private final SmtpPolicy policy;
  private final EnvelopeCheck envelopes;

  CommandCheck(SmtpPolicy policy) {
    this.policy = policy;
    envelopes = new EnvelopeCheck(policy);
  }

  /** The denial of a command; null if it may pass. */
  @Nullable Denial denialOf(SmtpState state, Command command) {
    String verb = command.verb();
    boolean isTls = verb.equals("STARTTLS");
    if (isTls && policy.startTls() == StartTls.STRIP) {
      return Denial.STARTTLS;
    }
    if (!policy.allows(verb)) {
      return Denial.COMMAND;
    }
    if (policy.startTls() == StartTls.REQUIRE && !BEFORE_TLS.contains(verb)) {
      return Denial.TLS_REQUIRED;
    }
    return switch (command.request()) {
      case MAIL -> envelopes.ofSender(command);
      case RECIPIENT -> envelopes.ofRecipient(state.session(), command);
      case DATA, RESET, STARTTLS -> command.hasArgument() ? Denial.ARGUMENT : ascii(command);
      case CHUNK -> state.session().hasChunking() ? ascii(command) : Denial.COMMAND;
      default -> ascii(command);
    };
  }

  private static @Nullable Denial ascii(Command command) {
    return command.isAscii() ? null : Denial.MALFORMED;
  }

  /** The denial of a chunk whose command is not denied; null if it may pass. */
  @Nullable Denial denialOf(SmtpState state, Chunk chunk) {
    Session session = state.session();
    if (session.isChunkFailed()) {
      return Denial.CHUNK;
    }
    return chunk.bytes() > policy.limits().messageBytes() - session.chunkBytes()
        ? Denial.SIZE
        : null;
  }
}
