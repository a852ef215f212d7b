package dev.midstream.gateway.admin;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A node of a cluster as its admin server sees it. Thread-safe. */
public interface ClusterHandle {

  /** What the node knows of its cluster. */
  CompletableFuture<ClusterStatus> status();

  /**
   * Orders the node to hand its buckets over and to leave.
   *
   * @return nothing, or why that cannot be
   */
  CompletableFuture<Optional<String>> drain();

  /**
   * Orders a bucket to be moved.
   *
   * @param bucket 0 or more
   * @param to where the member listens that is to get it, such as 10.9.0.1:7800
   * @return nothing, or why that cannot be
   */
  CompletableFuture<Optional<String>> move(int bucket, String to);
}
