package dev.midstream.gateway.config;

/** What a configuration is to be used for, which decides what it must say of its port. */
public enum Purpose {
  /** A recording, or a question: the port may be one that cannot be run, or none. */
  OFFLINE,
  /** Between two interfaces: the port must be one that can be run. */
  INLINE,
  /** Inline if the file says anything of a port, offline if it does not. */
  AS_WRITTEN
}
