package dev.midstream.agents.smtp;

import dev.midstream.agent.OctetView;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A command line (RFC 5321 section 4.1.1): a verb of letters and digits, and after one space its
 * argument.
 *
 * @param verb in upper case
 * @param argument one character for each octet; empty if there is none
 */
record Command(String verb, String argument) {
  private static final int MAX_VERB_LENGTH = 16;
  private static final int CASE_BIT = 0x20;
  private static final int DELETE = 0x7f;

  /**
   * The command with the text [from, textEnd), or null if it is none. A line with a control
   * character is none: servers differ in where such a line ends, and in what separates words.
   */
  static @Nullable Command of(OctetView view, int from, int textEnd) {
    int verbEnd = from;
    while (verbEnd < textEnd && isVerbOctet(view.at(verbEnd))) {
      verbEnd++;
    }
    boolean separated = verbEnd == textEnd || view.at(verbEnd) == ' ';
    if (verbEnd == from || verbEnd - from > MAX_VERB_LENGTH || !separated) {
      return null;
    }
    for (int i = verbEnd; i < textEnd; i++) {
      int octet = Byte.toUnsignedInt(view.at(i));
      if (octet < ' ' || octet == DELETE) {
        return null;
      }
    }
    String verb = view.latin1(from, verbEnd - from).toUpperCase(Locale.ROOT);
    int start = Math.min(textEnd, verbEnd + 1);
    return new Command(verb, view.latin1(start, textEnd - start));
  }

  private static boolean isVerbOctet(byte octet) {
    int folded = octet | CASE_BIT;
    return (folded >= 'a' && folded <= 'z') || (octet >= '0' && octet <= '9');
  }

  boolean hasArgument() {
    return !argument.isBlank();
  }

  boolean isAscii() {
    return argument.chars().allMatch(each -> each <= DELETE);
  }

  Request request() {
    return switch (verb) {
      case "HELO" -> Request.HELO;
      case "EHLO" -> Request.EHLO;
      case "LHLO" -> Request.LHLO;
      case "MAIL" -> Request.MAIL;
      case "RCPT" -> Request.RECIPIENT;
      case "DATA" -> Request.DATA;
      case "BDAT" -> Request.CHUNK;
      case "RSET" -> Request.RESET;
      case "AUTH" -> Request.AUTH;
      case "STARTTLS" -> Request.STARTTLS;
      default -> Request.OTHER;
    };
  }
}
