package dev.midstream.reassembly.flow;

/** How many connections there are, and what they are charged with: of one engine, or of several. */
final class ConnectionCharge {
  int tabled;
  int halfOpen;
  int parked;
  long tabledBytes;
  long halfOpenBytes;
  long parkedBytes;

  /** Of the names of connections that are elsewhere; no engine is charged with these. */
  long listedBytes;

  int connections() {
    return tabled + halfOpen + parked;
  }

  /** Octets of those that are not half-open, and of names. */
  long usedBytes() {
    return tabledBytes + parkedBytes + listedBytes;
  }
}
