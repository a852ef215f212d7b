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

  /** Of what waits for records. */
  long waitingBytes;

  int connections() {
    return tabled + halfOpen + parked;
  }

  /** Octets of those that are not half-open, of names, and of what waits for records. */
  long usedBytes() {
    return tabledBytes + parkedBytes + listedBytes + waitingBytes;
  }
}
