package dev.midstream.gateway.config;

import dev.midstream.agent.settings.Quantity;
import dev.midstream.reassembly.rule.PortRange;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The notation of port ranges. */
final class PortRangeCodec {
  private static final int MAX_PORT = 65_535;

  private PortRangeCodec() {}

  /** Parses {@code port} or {@code first-last}, both inclusive; null if the text is neither. */
  static @Nullable PortRange decode(String text) {
    int dash = text.indexOf('-');
    OptionalInt first = port(dash < 0 ? text : text.substring(0, dash));
    OptionalInt last = dash < 0 ? first : port(text.substring(dash + 1));
    return first.isEmpty() || last.isEmpty() || last.getAsInt() < first.getAsInt()
        ? null
        : new PortRange(first.getAsInt(), last.getAsInt() + 1);
  }

  static String encode(PortRange range) {
    int last = range.end() - 1;
    return range.start() == last ? Integer.toString(last) : range.start() + "-" + last;
  }

  /** Parses a port number; empty if the text is none. */
  static OptionalInt port(String text) {
    OptionalLong number = Quantity.COUNT.parse(text);
    return number.isEmpty() || number.getAsLong() > MAX_PORT
        ? OptionalInt.empty()
        : OptionalInt.of((int) number.getAsLong());
  }
}
