package dev.midstream.gateway.command;

import java.nio.file.Path;
import java.util.Set;

/**
 * Which connections are recorded, and where.
 *
 * @param file the capture that is written
 * @param maxBytes how long it may become
 * @param rules the names of the rules whose connections are recorded
 */
public record RecordRequest(Path file, long maxBytes, Set<String> rules) {

  /** Copies the set. */
  public RecordRequest {
    rules = Set.copyOf(rules);
  }
}
