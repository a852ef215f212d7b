package dev.midstream.agent.settings;

import java.util.OptionalLong;

/** The kinds of numbers in a configuration, each with its notation. */
public enum Quantity {
  /** A plain decimal number. */
  COUNT("a number"),
  /** A number of octets, plain or in binary multiples. */
  BYTES("a number of bytes such as 4096, 64KiB, 4MiB or 1GiB"),
  /** A duration: numbers with units, from the largest unit to the smallest. */
  NANOS("a duration such as 500ms, 20s or 2h4m");

  private static final String[] BYTE_UNITS = {"GiB", "MiB", "KiB", ""};
  private static final long[] BYTE_FACTORS = {1L << 30, 1L << 20, 1L << 10, 1};
  private static final String[] TIME_UNITS = {"h", "m", "s", "ms", "us", "ns"};
  private static final long[] TIME_FACTORS = {
    3_600_000_000_000L, 60_000_000_000L, 1_000_000_000, 1_000_000, 1_000, 1
  };
  private static final int MAX_DIGITS = 15;

  private final String description;

  Quantity(String description) {
    this.description = description;
  }

  /** The expected notation, for messages. */
  public String description() {
    return description;
  }

  /** Parses a text; empty if it does not follow the notation or exceeds a long. */
  public OptionalLong parse(String text) {
    try {
      return switch (this) {
        case COUNT -> number(text);
        case BYTES -> bytes(text);
        case NANOS -> nanos(text);
      };
    } catch (ArithmeticException _) {
      return OptionalLong.empty();
    }
  }

  /** The shortest text of a value. */
  public String format(long value) {
    return switch (this) {
      case COUNT -> Long.toString(value);
      case BYTES -> showBytes(value);
      case NANOS -> showNanos(value);
    };
  }

  private static OptionalLong number(String digits) {
    boolean decimal =
        !digits.isEmpty()
            && digits.length() <= MAX_DIGITS
            && digits.chars().allMatch(c -> c >= '0' && c <= '9')
            && (digits.length() == 1 || digits.charAt(0) != '0');
    return decimal ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
  }

  private static OptionalLong bytes(String text) {
    for (int i = 0; i < BYTE_UNITS.length; i++) {
      if (text.endsWith(BYTE_UNITS[i])) {
        OptionalLong number =
            number(text.substring(0, text.length() - BYTE_UNITS[i].length()).stripTrailing());
        return number.isPresent()
            ? OptionalLong.of(Math.multiplyExact(number.getAsLong(), BYTE_FACTORS[i]))
            : number;
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong nanos(String text) {
    long sum = 0;
    int nextUnit = 0;
    int at = 0;
    while (at < text.length()) {
      int unitStart = skip(text, at, true);
      int unitEnd = skip(text, unitStart, false);
      OptionalLong number = number(text.substring(at, unitStart));
      int unit = unitFrom(nextUnit, text.substring(unitStart, unitEnd));
      if (number.isEmpty() || unit < 0) {
        return OptionalLong.empty();
      }
      sum = Math.addExact(sum, Math.multiplyExact(number.getAsLong(), TIME_FACTORS[unit]));
      nextUnit = unit + 1;
      at = unitEnd;
    }
    return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(sum);
  }

  private static int skip(String text, int from, boolean digits) {
    int at = from;
    while (at < text.length() && (text.charAt(at) >= '0' && text.charAt(at) <= '9') == digits) {
      at++;
    }
    return at;
  }

  private static int unitFrom(int first, String unit) {
    for (int i = first; i < TIME_UNITS.length; i++) {
      if (TIME_UNITS[i].equals(unit)) {
        return i;
      }
    }
    return -1;
  }

  private static String showBytes(long value) {
    int i = 0;
    while (value == 0 ? i < BYTE_UNITS.length - 1 : value % BYTE_FACTORS[i] != 0) {
      i++;
    }
    return value / BYTE_FACTORS[i] + BYTE_UNITS[i];
  }

  private static String showNanos(long value) {
    StringBuilder text = new StringBuilder();
    long rest = value;
    for (int i = 0; i < TIME_UNITS.length; i++) {
      if (rest >= TIME_FACTORS[i]) {
        text.append(rest / TIME_FACTORS[i]).append(TIME_UNITS[i]);
        rest %= TIME_FACTORS[i];
      }
    }
    return text.isEmpty() ? "0s" : text.toString();
  }
}
