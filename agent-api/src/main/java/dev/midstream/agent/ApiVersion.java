package dev.midstream.agent;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version of this interface, by the rules of semantic versions: the major number changes when
 * agents must be changed, the minor one when the interface grows, the patch when neither is so. A
 * plug-in names the version that it was built with in its manifest, as {@code Midstream-Agent-Api}.
 *
 * @param major from 0
 * @param minor from 0
 * @param patch from 0
 */
public record ApiVersion(int major, int minor, int patch) {
  /** The version of this program. */
  public static final ApiVersion CURRENT = new ApiVersion(1, 2, 0);

  private static final Pattern NUMBERS =
      Pattern.compile("([0-9]{1,4})[.]([0-9]{1,4})[.]([0-9]{1,4})");

  /** The version that a text such as {@code 1.0.0} names; null if it names none. */
  public static @Nullable ApiVersion parse(String text) {
    Matcher numbers = NUMBERS.matcher(text);
    return numbers.matches()
        ? new ApiVersion(
            Integer.parseInt(numbers.group(1)),
            Integer.parseInt(numbers.group(2)),
            Integer.parseInt(numbers.group(3)))
        : null;
  }

  /** Whether a program with this version can use a plug-in that was built with another one. */
  public boolean accepts(ApiVersion built) {
    return major == built.major && minor >= built.minor;
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
