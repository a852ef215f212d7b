package dev.midstream.agents.smtp;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The argument of BDAT (RFC 3030 section 2).
 *
 * @param bytes octets that follow the command
 * @param isLast whether the message ends with them
 */
record Chunk(long bytes, boolean isLast) {
  /** No sign and no more digits than any server reads: others may find another length. */
  private static final Pattern ARGUMENT =
      Pattern.compile("([0-9]{1,10})(?: +(LAST))? *", Pattern.CASE_INSENSITIVE);

  private static final long MAX_BYTES = Integer.MAX_VALUE;

  /** The chunk that {@code argument} announces; null if it is not clear. */
  static @Nullable Chunk of(String argument) {
    Matcher matcher = ARGUMENT.matcher(argument);
    if (!matcher.matches()) {
      return null;
    }
    long bytes = Long.parseLong(matcher.group(1));
    return bytes > MAX_BYTES ? null : new Chunk(bytes, matcher.group(2) != null);
  }
}
