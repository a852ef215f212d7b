package dev.midstream.agents.http;

/** What becomes of the field Upgrade of a request. */
enum Upgrade {
  /** There is none. */
  NONE,
  /** It passes: the connection may change to a protocol that the settings name. */
  ASKED,
  /** It is removed, and the request goes on without it. */
  REMOVED,
  /** The request is denied. */
  DENIED
}
