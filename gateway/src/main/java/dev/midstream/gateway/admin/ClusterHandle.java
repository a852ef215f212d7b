package dev.midstream.gateway.admin;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A node of a cluster as its admin server sees it. Thread-safe. */
public interface ClusterHandle {

  /** What the node knows of its cluster. */
  CompletableFuture<ClusterStatus> status();

  /**
   * Orders the node to hand its buckets over and to leave.
   *
   * @param stays whether open connections stay with it until they close; if it has this order
   *     already and gets the other one, those that are left go, too
   * @return nothing, or why that cannot be
   */
  CompletableFuture<Optional<String>> drain(boolean stays);

  /**
   * Orders a bucket to be moved.
   *
   * @param bucket 0 or more
   * @param to the member that is to get it: its name, or where it listens, such as 10.9.0.1:7800
   * @return nothing, or why that cannot be
   */
  CompletableFuture<Optional<String>> move(int bucket, String to);

  /** The state of the common tables. */
  TablesStatus tables();

  /**
   * The connections of all nodes, from the common tables. Waits for other nodes, seconds at most.
   *
   * @param limit how many are listed at most
   * @throws IOException if the tables are not ready
   */
  CommonConnections connections(int limit) throws IOException;
}
