package dev.midstream.bench.offline;

import java.nio.file.Path;
import java.util.List;

/**
 * A program that makes one capture of another.
 *
 * @param name stands in the table
 * @param command the program and its arguments, where {@link #IN} and {@link #OUT} are the files
 * @param copies whether the output must be the input
 */
record Contestant(String name, List<String> command, boolean copies) {
  /** The place of the input file in a command. */
  static final String IN = "IN";

  /** The place of the output file in a command. */
  static final String OUT = "OUT";

  /** The command for two files. */
  List<String> commandFor(Path in, Path out) {
    return command.stream()
        .map(word ->
            switch (word) {
              case IN -> in.toString();
              case OUT -> out.toString();
              default -> word;
            })
        .toList();
  }
}
