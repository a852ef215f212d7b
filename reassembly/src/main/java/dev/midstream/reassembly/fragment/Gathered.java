package dev.midstream.reassembly.fragment;

/** What becomes of a fragment. */
public enum Gathered {
  /** It passes as it came. */
  PASSES,
  /** It is kept or dropped. */
  STAYS,
  /** It made its datagram whole. */
  WHOLE
}
