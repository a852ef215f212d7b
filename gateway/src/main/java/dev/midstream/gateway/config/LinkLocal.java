package dev.midstream.gateway.config;

/** What becomes of frames that are meant for the other end of a link alone, such as LLDP. */
public enum LinkLocal {
  /** They pass, as through a cable. */
  PASS,
  /** They stay on their side, as at a bridge. */
  DROP
}
