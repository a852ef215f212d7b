package dev.midstream.tables.infinispan;

import org.infinispan.commons.marshall.WrappedByteArray;

/** Octets, as Infinispan hands them over: wrapped or not. */
final class Values {
  private Values() {}

  static byte[] octets(Object value) {
    return switch (value) {
      case byte[] octets -> octets;
      case WrappedByteArray wrapped -> wrapped.getBytes();
      default -> throw new IllegalArgumentException("not octets: " + value.getClass());
    };
  }
}
