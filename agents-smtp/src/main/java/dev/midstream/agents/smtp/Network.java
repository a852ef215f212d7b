package dev.midstream.agents.smtp;

import dev.midstream.agent.Octets;
import org.jspecify.annotations.Nullable;

/**
 * A range of addresses.
 *
 * @param address 4 or 16 octets
 * @param bits how many bits of it count
 */
record Network(Octets address, int bits) {

  /** The network of a text such as {@code 192.0.2.0/24} or {@code 2001:db8::1}; null for none. */
  static @Nullable Network of(String text) {
    int slash = text.indexOf('/');
    Octets address = AddressText.of(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      return null;
    }
    int most = address.length() * Byte.SIZE;
    String digits = slash < 0 ? Integer.toString(most) : text.substring(slash + 1);
    if (!digits.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(digits) > most) {
      return null;
    }
    return new Network(address, Integer.parseInt(digits));
  }

  boolean contains(Octets other) {
    if (other.length() != address.length()) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int shift = Byte.SIZE - 1 - bit % Byte.SIZE;
      int differing = address.at(bit / Byte.SIZE) ^ other.at(bit / Byte.SIZE);
      if ((differing >> shift & 1) != 0) {
        return false;
      }
    }
    return true;
  }
}
