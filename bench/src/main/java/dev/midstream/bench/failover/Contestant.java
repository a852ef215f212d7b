package dev.midstream.bench.failover;

import dev.midstream.demo.cluster.ClusterNetwork;
import java.io.IOException;

/** Two machines between a client and a server, of which one may die. */
interface Contestant extends AutoCloseable {
  int PORT = 7000;

  /** That of connections which are opened after the death. */
  int OTHER_PORT = 7002;

  /** What dies. */
  enum Event {
    /** The process that carries the transfers is killed. */
    PROCESS,
    /** All links of its machine are cut, and all its processes are killed. */
    MACHINE
  }

  ClusterNetwork network();

  /** The address to which clients connect. */
  String target();

  /** What arrives of a text that is sent. */
  String arriving(String text);

  /** Whether transfers pass first that do not count, because the program compiles as it runs. */
  boolean needsWarmUp();

  /** Returns when one machine carries all open transfers, and the other one could go on. */
  void concentrate() throws IOException;

  /** Lets that machine, or the process there, die, and does not wait for more. */
  void kill(Event event) throws IOException;

  @Override
  void close() throws IOException;
}
