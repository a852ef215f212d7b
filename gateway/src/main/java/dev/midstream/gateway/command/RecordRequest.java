package dev.midstream.gateway.command;

import java.nio.file.Path;
import java.util.Set;

/**
 * A recording of some connections.
 *
 * @param file the capture to write
 * @param maxBytes its maximum length
 * @param rules the names of the rules whose connections are recorded
 */
public record RecordRequest(Path file, long maxBytes, Set<String> rules) {

  public RecordRequest {
    rules = Set.copyOf(rules);
  }
}
